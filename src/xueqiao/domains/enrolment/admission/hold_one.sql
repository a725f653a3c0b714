-- Take one seat on hold, if there is one. No row back means full (or no pool).
UPDATE enrolment_seatpool SET held = held + 1
WHERE run_id = %(run_id)s AND held + taken < capacity
RETURNING capacity - held - taken
