-- The opening: everybody who is there gets a number, in an order that nobody could know before the seed was drawn and
-- that does not depend on when she came. The caller holds the room's row.
WITH drawn AS (
    SELECT id, row_number() OVER (ORDER BY sha256(%(seed)s::bytea || int8send(id)), id) AS number
    FROM enrolment_arrival WHERE opening_id = %(run_id)s AND state = 'waiting' AND number IS NULL
), given AS (
    UPDATE enrolment_arrival a SET number = drawn.number, changed_at = %(now)s FROM drawn WHERE a.id = drawn.id
    RETURNING a.number
)
UPDATE enrolment_opening SET seed = %(seed)s::bytea, numbered_at = %(now)s,
       last_number = (SELECT coalesce(max(number), 0) FROM given)
WHERE run_id = %(run_id)s AND numbered_at IS NULL
RETURNING last_number
