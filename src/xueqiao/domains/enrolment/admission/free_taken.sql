-- A taken seat comes back: to the line while somebody waits, else to everybody.
UPDATE enrolment_seatpool SET
    taken = taken - 1,
    held = held + CASE WHEN waiting > 0 THEN 1 ELSE 0 END,
    kept = kept + CASE WHEN waiting > 0 THEN 1 ELSE 0 END,
    freed = freed + 1
WHERE run_id = %(run_id)s AND taken > 0
RETURNING capacity - held - taken
