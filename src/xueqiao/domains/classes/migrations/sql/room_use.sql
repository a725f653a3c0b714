-- The one calendar of rooms. Statement triggers with transition tables, so that a load of a million meetings is two
-- statements and not a million. int8range because the embedded PostgreSQL has no btree_gist; half-open times, so that
-- one may begin when the other ends.
ALTER TABLE classes_roomuse ADD CONSTRAINT room_use_once
    EXCLUDE USING gist (int8range(room_id, room_id, '[]') WITH &&, during WITH &&);

CREATE FUNCTION classes_sessions_use_rooms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO classes_roomuse (room_id, during, session_id)
        SELECT room_id, tstzrange(starts_at, ends_at), id FROM after_rows WHERE state <> 'cancelled';
    ELSIF TG_OP = 'UPDATE' THEN
        -- Leave first and come back after: two meetings may change rooms with each other in one statement.
        DELETE FROM classes_roomuse u USING before_rows b JOIN after_rows a USING (id)
         WHERE u.session_id = b.id
           AND (b.room_id, b.starts_at, b.ends_at, b.state = 'cancelled')
               IS DISTINCT FROM (a.room_id, a.starts_at, a.ends_at, a.state = 'cancelled');
        INSERT INTO classes_roomuse (room_id, during, session_id)
        SELECT a.room_id, tstzrange(a.starts_at, a.ends_at), a.id
          FROM after_rows a JOIN before_rows b USING (id)
         WHERE a.state <> 'cancelled'
           AND (b.room_id, b.starts_at, b.ends_at, b.state = 'cancelled')
               IS DISTINCT FROM (a.room_id, a.starts_at, a.ends_at, a.state = 'cancelled');
    ELSE
        DELETE FROM classes_roomuse u USING before_rows b WHERE u.session_id = b.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER session_uses_room_insert AFTER INSERT ON classes_session REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION classes_sessions_use_rooms();
CREATE TRIGGER session_uses_room_update AFTER UPDATE ON classes_session
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION classes_sessions_use_rooms();
CREATE TRIGGER session_uses_room_delete AFTER DELETE ON classes_session REFERENCING OLD TABLE AS before_rows
    FOR EACH STATEMENT EXECUTE FUNCTION classes_sessions_use_rooms();

CREATE FUNCTION classes_bookings_use_rooms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM classes_roomuse WHERE booking_id = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.state IN ('asked', 'confirmed') THEN
        INSERT INTO classes_roomuse (room_id, during, booking_id)
        VALUES (NEW.room_id, tstzrange(NEW.starts_at, NEW.ends_at), NEW.id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER booking_uses_room AFTER INSERT OR UPDATE OR DELETE ON classes_roombooking
    FOR EACH ROW EXECUTE FUNCTION classes_bookings_use_rooms();

INSERT INTO classes_roomuse (room_id, during, session_id)
SELECT room_id, tstzrange(starts_at, ends_at), id FROM classes_session WHERE state <> 'cancelled';
-- What is now said for classes and clubs together need not be said for classes alone.
ALTER TABLE classes_session DROP CONSTRAINT session_room_once;
