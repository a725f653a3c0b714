-- Turns that became places.
UPDATE enrolment_arrival a SET state = 'used', place_id = given.place_id, turn_until = NULL, changed_at = %(now)s
FROM unnest(%(ids)s::bigint[], %(place_ids)s::bigint[]) AS given(id, place_id)
WHERE a.id = given.id AND a.state = 'called'
