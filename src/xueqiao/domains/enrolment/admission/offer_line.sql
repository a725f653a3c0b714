-- One waiting entry is offered `number` seats: kept ones first, then free ones. No row back: not so many, or nobody waits.
UPDATE enrolment_seatpool SET
    waiting = waiting - 1,
    held = held - kept + %(number)s + CASE WHEN waiting = 1 THEN 0 ELSE greatest(kept - %(number)s, 0) END,
    kept = CASE WHEN waiting = 1 THEN 0 ELSE greatest(kept - %(number)s, 0) END
WHERE run_id = %(run_id)s AND waiting > 0 AND capacity - held - taken + kept >= %(number)s
RETURNING capacity - held - taken
