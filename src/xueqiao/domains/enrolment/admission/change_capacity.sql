-- More (or fewer) seats. New ones belong to the line while somebody waits. No row back: more are in use than asked for.
UPDATE enrolment_seatpool SET
    capacity = %(number)s,
    held = held + CASE WHEN waiting > 0 THEN greatest(%(number)s - capacity, 0) ELSE 0 END,
    kept = kept + CASE WHEN waiting > 0 THEN greatest(%(number)s - capacity, 0) ELSE 0 END,
    freed = freed + greatest(%(number)s - capacity, 0)
WHERE run_id = %(run_id)s AND held + taken <= %(number)s
RETURNING capacity - held - taken
