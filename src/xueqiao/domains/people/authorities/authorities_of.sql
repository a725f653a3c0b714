-- For each pair (agent, subject): the subject as she is now, the live link, and whether the guardian's consent lives.
SELECT asked.agent_id, asked.subject_id, subject.name, subject.birth_date,
       link.relation, link.confirmed_how, link.spending_cap_fen,
       link.relation = ANY(%s::text[]) AND EXISTS (SELECT FROM people_consent c WHERE c.subject_id = asked.subject_id
            AND c.given_by_id = asked.agent_id AND c.purpose = 'guardian' AND c.withdrawn_at IS NULL)
  FROM unnest(%s::bigint[], %s::bigint[]) AS asked(agent_id, subject_id)
  JOIN people_person subject ON subject.id = asked.subject_id AND subject.merged_into_id IS NULL
  LEFT JOIN people_familylink link ON link.agent_id = asked.agent_id AND link.subject_id = asked.subject_id
       AND link.state = 'active'
