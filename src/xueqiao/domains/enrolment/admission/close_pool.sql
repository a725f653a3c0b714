-- Ended places give their seats up and nobody gets them, nor what was kept for the line: the pool of a cancelled class
-- shrinks to what is still live.
UPDATE enrolment_seatpool SET
    held = held - kept - %(held)s,
    kept = 0,
    taken = taken - %(taken)s,
    capacity = held - kept - %(held)s + taken - %(taken)s
WHERE run_id = %(run_id)s AND held - kept >= %(held)s AND taken >= %(taken)s
RETURNING capacity
