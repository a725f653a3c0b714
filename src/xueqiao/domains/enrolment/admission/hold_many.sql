-- Take several seats on hold at once, for the winners of a draw. No row back: not so many are free.
UPDATE enrolment_seatpool SET held = held + %(number)s
WHERE run_id = %(run_id)s AND held + taken + %(number)s <= capacity
RETURNING capacity - held - taken
