-- Take one seat on hold, if there is one. No row back means full, another name list than the caller read, or no pool.
UPDATE enrolment_seatpool SET held = held + 1
WHERE run_id = %(run_id)s AND held + taken < capacity AND list_version = %(list)s
RETURNING capacity - held - taken
