-- Losers of a draw who wished for this class stand in its line in drawn order, before those who joined. The pool is locked.
INSERT INTO enrolment_waitingentry
    (run_id, region, state, source, draw_entry_id, size, line_key, channel, joined_by_id, request_key, joined_at,
     passes_used, skip_code, skip_words, end_reason)
SELECT w.run_id, c.region, 'waiting', 'drawn', e.id, e.size, %(base)s + d.position::bigint * %(step)s, e.channel,
       e.entered_by_id, 'drawn:' || e.id || ':' || w.run_id, %(now)s, 0, '', '', ''
  FROM enrolment_entryresult d
  JOIN enrolment_entry e ON e.id = d.entry_id
  JOIN enrolment_wish w ON w.entry_id = e.id AND w.run_id = %(run_id)s
  JOIN classes_classrun c ON c.id = w.run_id
 WHERE d.round_id = %(round_id)s AND d.run_id IS NULL
   AND NOT EXISTS (SELECT FROM enrolment_waitingentry o WHERE o.run_id = w.run_id AND o.draw_entry_id = e.id)
   AND NOT EXISTS (
       SELECT FROM enrolment_entrymember m
         JOIN enrolment_waitingmember wm ON wm.person_id = m.person_id AND wm.run_id = w.run_id AND wm.is_live
        WHERE m.entry_id = e.id AND m.state = 'agreed')
   AND NOT EXISTS (
       SELECT FROM enrolment_entrymember m
         JOIN enrolment_place p ON p.person_id = m.person_id AND p.run_id = w.run_id AND p.state IN ('held', 'confirmed')
        WHERE m.entry_id = e.id AND m.state = 'agreed')
 ORDER BY d.position
