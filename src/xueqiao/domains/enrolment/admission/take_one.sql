-- Take one seat at once, for money that came after the hold had ended. No row back means full.
UPDATE enrolment_seatpool SET taken = taken + 1
WHERE run_id = %(run_id)s AND held + taken < capacity
RETURNING capacity - held - taken
