-- Held seats come back.
UPDATE enrolment_seatpool SET held = held - %(number)s
WHERE run_id = %(run_id)s AND held >= %(number)s
RETURNING capacity - held - taken
