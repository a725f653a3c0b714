-- A held seat becomes a taken one. The caller holds the place row in state held; kept seats have no place.
UPDATE enrolment_seatpool SET held = held - 1, taken = taken + 1
WHERE run_id = %(run_id)s AND held - kept > 0
RETURNING capacity - held - taken
