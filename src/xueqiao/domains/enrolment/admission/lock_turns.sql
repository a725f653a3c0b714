-- The living turns of these people in these rooms, for the rest of the transaction. A person's lock comes first.
-- Pair by pair: with one list per column the index would be asked for every room with every person.
SELECT a.id, a.opening_id, a.person_id
FROM unnest(%(run_ids)s::bigint[], %(person_ids)s::bigint[]) AS asked(run_id, person_id)
JOIN enrolment_arrival a ON a.opening_id = asked.run_id AND a.person_id = asked.person_id
WHERE a.state = 'called' AND a.turn_until > %(now)s ORDER BY a.id FOR UPDATE OF a
