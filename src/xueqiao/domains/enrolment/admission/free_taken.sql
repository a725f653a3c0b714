-- A taken seat comes back.
UPDATE enrolment_seatpool SET taken = taken - 1
WHERE run_id = %(run_id)s AND taken > 0
RETURNING capacity - held - taken
