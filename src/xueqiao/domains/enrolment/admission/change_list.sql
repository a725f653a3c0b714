-- A new name list of the class. The pool row says so, because every path to a seat locks it.
UPDATE enrolment_seatpool SET list_version = list_version + 1 WHERE run_id = %(run_id)s
RETURNING list_version
