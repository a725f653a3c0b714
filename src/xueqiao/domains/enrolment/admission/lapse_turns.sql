-- Turns that were not used in time.
UPDATE enrolment_arrival SET state = 'lapsed', turn_until = NULL, changed_at = %(now)s
WHERE opening_id = ANY (%(run_ids)s::bigint[]) AND state = 'called' AND turn_until <= %(now)s
