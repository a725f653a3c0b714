-- Pools that are not there yet, as zero.
INSERT INTO enrolment_seatpool (run_id, capacity, held, taken)
SELECT id, capacity, 0, 0 FROM classes_classrun WHERE id = ANY (%(run_ids)s::bigint[]) ORDER BY id
ON CONFLICT (run_id) DO NOTHING
