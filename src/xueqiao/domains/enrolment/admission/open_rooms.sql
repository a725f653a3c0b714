-- Rooms that are not there yet, or have ended and are wanted again.
INSERT INTO enrolment_opening (run_id, region, made_at, last_number)
SELECT id, region, %(now)s, 0 FROM classes_classrun WHERE id = ANY (%(run_ids)s::bigint[]) ORDER BY id
ON CONFLICT (run_id) DO UPDATE SET ended_at = NULL WHERE enrolment_opening.ended_at IS NOT NULL
