-- Admit a group: rank the requests of each class by arrival, keep a seat for as many as are free, move the pools, mark
-- the turns that became places. The caller holds the persons' locks, the turns and, by a statement of its own, the pool
-- rows; every request passed the rules.
-- `number` is the order of arrival; there are at least as many ids and codes as seats that can be given.
WITH asked AS (
    SELECT * FROM unnest(%(numbers)s::int[], %(run_ids)s::bigint[], %(person_ids)s::bigint[], %(agent_ids)s::bigint[],
                         %(keys)s::text[], %(channels)s::text[], %(turn_ids)s::bigint[])
        AS given(number, run_id, person_id, agent_id, request_key, channel, turn_id)
), class AS (
    SELECT * FROM unnest(%(class_ids)s::bigint[], %(regions)s::bigint[], %(ends)s::timestamptz[],
                         %(prices)s::bigint[], %(subsidies)s::bigint[])
        AS given(run_id, region, hold_until, price_fen, subsidy_fen)
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY run_id ORDER BY number) AS rank FROM asked
), admitted AS (
    SELECT ranked.*, row_number() OVER (ORDER BY number) AS nth
    FROM ranked JOIN enrolment_seatpool pool USING (run_id)
    WHERE ranked.rank <= pool.capacity - pool.held - pool.taken
), named AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(codes)s::text[]) WITH ORDINALITY AS given(id, code, nth)
), placed AS (
    INSERT INTO enrolment_place
        (id, code, run_id, person_id, region, state, channel, enrolled_by_id, request_key, held_at, hold_until,
         hold_extended, pays_at_counter, price_fen, subsidy_fen, to_pay_fen, end_reason)
    SELECT named.id, named.code, run_id, person_id, class.region, 'held', channel, agent_id, request_key, %(now)s,
           class.hold_until, false, false, class.price_fen, class.subsidy_fen, class.price_fen - class.subsidy_fen, ''
    FROM admitted JOIN class USING (run_id) JOIN named USING (nth)
    RETURNING id, uuid, run_id
), turned AS (
    UPDATE enrolment_arrival a SET state = 'used', place_id = placed.id, turn_until = NULL, changed_at = %(now)s
    FROM placed JOIN named USING (id) JOIN admitted USING (nth) WHERE a.id = admitted.turn_id AND a.state = 'called'
), moved AS (
    UPDATE enrolment_seatpool pool SET held = pool.held + won.seats
    FROM (SELECT run_id, count(*) AS seats FROM placed GROUP BY run_id) won WHERE won.run_id = pool.run_id
    RETURNING pool.run_id, pool.capacity - pool.held - pool.taken AS seats_left
)
SELECT admitted.number, placed.id, placed.uuid, moved.seats_left
FROM placed JOIN named USING (id) JOIN admitted USING (nth) JOIN moved ON moved.run_id = placed.run_id
