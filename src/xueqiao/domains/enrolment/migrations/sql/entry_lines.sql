-- Lines and results move out of the wide rows of the entries, and are never changed again.
INSERT INTO enrolment_entryline (entry_id, round_id, number)
SELECT id, round_id, number FROM enrolment_entry WHERE number IS NOT NULL ORDER BY id;

INSERT INTO enrolment_entryresult (entry_id, round_id, position, run_id, rank)
SELECT id, round_id, position, awarded_id, awarded_rank FROM enrolment_entry WHERE position IS NOT NULL ORDER BY id;

ALTER TABLE enrolment_entry DROP CONSTRAINT entry_won_has_class;
UPDATE enrolment_entry SET state = 'entered', ended_at = NULL WHERE state IN ('won', 'lost');

SET CONSTRAINTS ALL IMMEDIATE;  -- or a table with checks still to come cannot be altered

-- One join for each statement, not two look-ups for each of 360,000 rows; and it says more than two keys could: the entry
-- is one of this very round, and alive.
CREATE FUNCTION enrolment_entries_fit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM written w
                 LEFT JOIN enrolment_entry e ON e.id = w.entry_id AND e.round_id = w.round_id AND e.state = 'entered'
                WHERE e.id IS NULL) THEN
        RAISE EXCEPTION '% names an entry that is not in the round', TG_TABLE_NAME USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER entry_line_fits AFTER INSERT ON enrolment_entryline
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION enrolment_entries_fit();
CREATE TRIGGER entry_result_fits AFTER INSERT ON enrolment_entryresult
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION enrolment_entries_fit();

CREATE FUNCTION enrolment_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER entry_line_immutable BEFORE UPDATE OR DELETE ON enrolment_entryline
    FOR EACH ROW EXECUTE FUNCTION enrolment_refuse_change();
CREATE TRIGGER entry_result_immutable BEFORE UPDATE OR DELETE ON enrolment_entryresult
    FOR EACH ROW EXECUTE FUNCTION enrolment_refuse_change();
