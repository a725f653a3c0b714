-- The waiting rooms concerned, lowest id first, for the rest of the transaction: numbers are given under this lock.
SELECT run_id, numbered_at IS NOT NULL, last_number FROM enrolment_opening
WHERE run_id = ANY (%(run_ids)s::bigint[]) ORDER BY run_id FOR UPDATE
