-- The pools of several classes, lowest id first, for the rest of the transaction. A statement of its own: the ranking
-- that follows must read what the last holder committed, and a statement reads as of its own beginning.
SELECT run_id, capacity - held - taken, list_version FROM enrolment_seatpool
WHERE run_id = ANY (%(run_ids)s::bigint[]) ORDER BY run_id FOR UPDATE
