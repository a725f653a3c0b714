-- Call people in the order of their numbers, those who are there, never more at one time than there are free seats.
-- One snapshot shows seats and turns alike: a turn being used is either still a turn or already a held seat.
WITH room AS (
    SELECT given.run_id, given.turn_until, least(
               pool.capacity - pool.held - pool.taken, given.at_once) - (
               SELECT count(*) FROM enrolment_arrival a WHERE a.opening_id = given.run_id AND a.state = 'called') AS free
    FROM unnest(%(run_ids)s::bigint[], %(ends)s::timestamptz[], %(at_once)s::int[]) AS given(run_id, turn_until, at_once)
    JOIN enrolment_seatpool pool ON pool.run_id = given.run_id
), next AS (
    SELECT a.id, room.turn_until FROM room CROSS JOIN LATERAL (
        SELECT id FROM enrolment_arrival
        WHERE opening_id = room.run_id AND state = 'waiting' AND number IS NOT NULL AND seen_at >= %(seen_since)s
        ORDER BY number LIMIT greatest(room.free, 0)
    ) a
)
UPDATE enrolment_arrival a SET state = 'called', turn_until = next.turn_until, changed_at = %(now)s
FROM next WHERE a.id = next.id RETURNING a.id
