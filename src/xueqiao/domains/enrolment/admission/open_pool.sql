-- A pool that is not there yet is inserted as zero and locked by the statement that follows.
INSERT INTO enrolment_seatpool (run_id, capacity, held, taken)
SELECT id, capacity, 0, 0 FROM classes_classrun WHERE id = %(run_id)s
ON CONFLICT (run_id) DO NOTHING
