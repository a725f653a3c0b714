-- Rooms where nobody waits or has a turn, some minutes after their numbers were given, and those whose class has closed.
UPDATE enrolment_opening o SET ended_at = %(now)s
WHERE o.run_id = ANY (%(run_ids)s::bigint[]) AND o.numbered_at <= %(quiet_since)s
  AND NOT EXISTS (SELECT FROM enrolment_arrival a WHERE a.opening_id = o.run_id AND a.state IN ('waiting', 'called')
                  AND (a.state = 'called' OR a.seen_at >= %(seen_since)s))
RETURNING o.run_id
