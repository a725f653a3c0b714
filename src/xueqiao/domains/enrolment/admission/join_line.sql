-- Entries join the line (number > 0) or leave it. When nobody waits any more, kept seats go back to everybody.
UPDATE enrolment_seatpool SET
    waiting = waiting + %(number)s,
    held = held - CASE WHEN waiting + %(number)s = 0 THEN kept ELSE 0 END,
    kept = CASE WHEN waiting + %(number)s = 0 THEN 0 ELSE kept END
WHERE run_id = %(run_id)s AND waiting + %(number)s >= 0
RETURNING capacity - held - taken
