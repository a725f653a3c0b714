-- What the freeze found out of each member moves to the line, which is written once: no row of a member is moved again.
-- A line of before this rule whose members were not counted says none lost and none new.
ALTER TABLE enrolment_entryline DISABLE TRIGGER entry_line_immutable;
UPDATE enrolment_entryline l SET losses = m.losses, newcomers = m.newcomers
  FROM (SELECT entry_id, array_agg(coalesce(losses, 0) ORDER BY id) AS losses,
               array_agg(coalesce(is_newcomer, false) ORDER BY id) AS newcomers
          FROM enrolment_entrymember WHERE state = 'agreed' GROUP BY 1) m
 WHERE m.entry_id = l.entry_id;
UPDATE enrolment_entryline SET losses = '{0}', newcomers = '{f}' WHERE losses = '{}';
ALTER TABLE enrolment_entryline ENABLE TRIGGER entry_line_immutable;

-- A class that is by list already has its first list.
UPDATE enrolment_seatpool p SET list_version = 1 FROM enrolment_classlist l WHERE l.run_id = p.run_id;
UPDATE classes_classrun r SET is_by_list = true FROM enrolment_classlist l WHERE l.run_id = r.id;
