-- The one calendar of those who teach. As with rooms: statement triggers with transition tables, half-open times, and
-- int8range because the embedded PostgreSQL has no btree_gist.
ALTER TABLE classes_teachinguse ADD CONSTRAINT teaching_use_once
    EXCLUDE USING gist (int8range(person_id, person_id, '[]') WITH &&, during WITH &&);

CREATE FUNCTION classes_sessions_use_teachers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO classes_teachinguse (person_id, during, session_id, is_assistant)
        SELECT teacher_id, tstzrange(starts_at, ends_at), id, false FROM after_rows WHERE state <> 'cancelled';
    ELSIF TG_OP = 'UPDATE' THEN
        -- Leave first and come back after: two meetings may change teachers with each other in one statement.
        DELETE FROM classes_teachinguse u USING before_rows b JOIN after_rows a USING (id)
         WHERE u.session_id = b.id
           AND (b.teacher_id, b.starts_at, b.ends_at, b.state = 'cancelled')
               IS DISTINCT FROM (a.teacher_id, a.starts_at, a.ends_at, a.state = 'cancelled');
        INSERT INTO classes_teachinguse (person_id, during, session_id, is_assistant)
        SELECT who.person_id, tstzrange(a.starts_at, a.ends_at), a.id, who.is_assistant
          FROM after_rows a JOIN before_rows b USING (id)
          CROSS JOIN LATERAL (
               SELECT a.teacher_id AS person_id, false AS is_assistant
               UNION ALL SELECT s.person_id, true FROM classes_sessionassistant s WHERE s.session_id = a.id) who
         WHERE a.state <> 'cancelled'
           AND (b.teacher_id, b.starts_at, b.ends_at, b.state = 'cancelled')
               IS DISTINCT FROM (a.teacher_id, a.starts_at, a.ends_at, a.state = 'cancelled');
    ELSE
        DELETE FROM classes_teachinguse u USING before_rows b WHERE u.session_id = b.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER session_uses_teacher_insert AFTER INSERT ON classes_session REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION classes_sessions_use_teachers();
CREATE TRIGGER session_uses_teacher_update AFTER UPDATE ON classes_session
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION classes_sessions_use_teachers();
CREATE TRIGGER session_uses_teacher_delete AFTER DELETE ON classes_session REFERENCING OLD TABLE AS before_rows
    FOR EACH STATEMENT EXECUTE FUNCTION classes_sessions_use_teachers();

CREATE FUNCTION classes_assistants_use_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO classes_teachinguse (person_id, during, session_id, is_assistant)
        SELECT NEW.person_id, tstzrange(s.starts_at, s.ends_at), s.id, true
          FROM classes_session s WHERE s.id = NEW.session_id AND s.state <> 'cancelled';
    ELSE
        DELETE FROM classes_teachinguse
         WHERE session_id = OLD.session_id AND person_id = OLD.person_id AND is_assistant;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER assistant_uses_time AFTER INSERT OR DELETE ON classes_sessionassistant
    FOR EACH ROW EXECUTE FUNCTION classes_assistants_use_time();
-- Who helps which meeting is never rewritten: an assistant is taken away and another one added.
CREATE FUNCTION classes_assistant_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an assistant is deleted and added, not changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER assistant_stays BEFORE UPDATE ON classes_sessionassistant
    FOR EACH ROW EXECUTE FUNCTION classes_assistant_stays();

INSERT INTO classes_teachinguse (person_id, during, session_id, is_assistant)
SELECT teacher_id, tstzrange(starts_at, ends_at), id, false FROM classes_session WHERE state <> 'cancelled';
-- What is now said for teachers and assistants together need not be said for teachers alone.
ALTER TABLE classes_session DROP CONSTRAINT session_teacher_once;
