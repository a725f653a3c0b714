-- The living turns of these people in these rooms, for the rest of the transaction. A person's lock comes first.
SELECT id, opening_id, person_id FROM enrolment_arrival
WHERE opening_id = ANY (%(run_ids)s::bigint[]) AND person_id = ANY (%(person_ids)s::bigint[])
  AND state = 'called' AND turn_until > %(now)s ORDER BY id FOR UPDATE
