-- The people of the entries that were just rolled into the line of this class.
INSERT INTO enrolment_waitingmember (entry_id, run_id, person_id, is_live)
SELECT we.id, we.run_id, m.person_id, true
  FROM enrolment_waitingentry we
  JOIN enrolment_entry e ON e.id = we.draw_entry_id AND e.round_id = %(round_id)s
  JOIN enrolment_entrymember m ON m.entry_id = e.id AND m.state = 'agreed'
 WHERE we.run_id = %(run_id)s AND we.source = 'drawn' AND we.state = 'waiting'
   AND NOT EXISTS (SELECT FROM enrolment_waitingmember wm WHERE wm.entry_id = we.id)
