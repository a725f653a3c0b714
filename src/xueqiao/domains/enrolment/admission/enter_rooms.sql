-- Take people into waiting rooms, in order of arrival; who is in already keeps her number. The caller holds the rooms'
-- rows. Before the opening there are no numbers; afterwards the next ones.
WITH asked AS (
    SELECT * FROM unnest(%(run_ids)s::bigint[], %(person_ids)s::bigint[], %(channels)s::text[]) WITH ORDINALITY
        AS given(run_id, person_id, channel, turn)
), fresh AS (
    SELECT DISTINCT ON (run_id, person_id) run_id, person_id, channel, turn FROM asked
    WHERE NOT EXISTS (SELECT FROM enrolment_arrival a WHERE a.opening_id = asked.run_id
                      AND a.person_id = asked.person_id AND a.state IN ('waiting', 'called'))
    ORDER BY run_id, person_id, turn
), numbered AS (
    SELECT fresh.*, CASE WHEN o.numbered_at IS NOT NULL
                         THEN o.last_number + row_number() OVER (PARTITION BY fresh.run_id ORDER BY turn) END AS number
    FROM fresh JOIN enrolment_opening o USING (run_id)
), entered AS (
    INSERT INTO enrolment_arrival (opening_id, person_id, state, channel, number, came_at, seen_at, changed_at)
    SELECT run_id, person_id, 'waiting', channel, number, %(now)s, %(now)s, %(now)s FROM numbered ORDER BY turn
    RETURNING opening_id, number
)
UPDATE enrolment_opening o SET last_number = greatest(o.last_number, top.number)
FROM (SELECT opening_id, max(number) AS number FROM entered GROUP BY opening_id) top
WHERE o.run_id = top.opening_id AND top.number IS NOT NULL
