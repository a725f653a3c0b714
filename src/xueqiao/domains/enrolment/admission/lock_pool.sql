-- Hold the pool row for the rest of the transaction, before its places are read.
SELECT capacity - held - taken FROM enrolment_seatpool WHERE run_id = %(run_id)s FOR UPDATE
