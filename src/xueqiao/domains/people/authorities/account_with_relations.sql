-- One account with its person, its live family links and its staff duties; the columns are those of the models.
SELECT {columns},
  coalesce((
    SELECT json_agg(json_build_object(
      'subject', l.subject_id, 'relation', l.relation, 'how', l.confirmed_how, 'born', s.birth_date,
      'consented', EXISTS (
        SELECT FROM people_consent c
        WHERE c.subject_id = l.subject_id AND c.given_by_id = l.agent_id
          AND c.purpose = 'guardian' AND c.withdrawn_at IS NULL)))
    FROM people_familylink l JOIN people_person s ON s.id = l.subject_id
    WHERE l.agent_id = a.person_id AND l.state = 'active'), '[]')::text,
  coalesce((
    SELECT json_agg(json_build_object(
      'role', r.role, 'region', r.region, 'institution', r.institution_id,
      'since', r.valid_from, 'until', r.valid_to))
    FROM people_staffrole r
    WHERE r.person_id = a.person_id), '[]')::text
FROM people_account a JOIN people_person p ON p.id = a.person_id
WHERE a.id = %s
