-- Hold the pool row; what the line may be offered: seats free for everybody and those kept for it.
SELECT capacity - held - taken, kept, waiting, freed, list_version FROM enrolment_seatpool WHERE run_id = %(run_id)s FOR UPDATE
