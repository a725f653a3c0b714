-- Nobody in the line can use what was kept for it: it goes back to everybody.
UPDATE enrolment_seatpool SET held = held - kept, kept = 0
WHERE run_id = %(run_id)s
RETURNING capacity - held - taken
