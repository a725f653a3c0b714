-- Which name list the class has; the pool row is held for the rest of the transaction, so that it stays so.
SELECT list_version FROM enrolment_seatpool WHERE run_id = %(run_id)s FOR UPDATE
