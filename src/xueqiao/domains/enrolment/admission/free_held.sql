-- Held seats come back: to the line while somebody waits (they stay held, as kept), else to everybody.
UPDATE enrolment_seatpool SET
    held = held - CASE WHEN waiting > 0 THEN 0 ELSE %(number)s END,
    kept = kept + CASE WHEN waiting > 0 THEN %(number)s ELSE 0 END,
    freed = freed + %(number)s
WHERE run_id = %(run_id)s AND held - kept >= %(number)s
RETURNING capacity - held - taken
