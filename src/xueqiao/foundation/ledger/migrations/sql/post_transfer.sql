-- Write one transfer (direct or held) with its postings and move its balances, in one round trip.
--
-- Answers, never raises for a refusal, and writes nothing unless the outcome is 'written':
--   written | replay (same key, same inputs) | key_reused | unknown_unit | expiry_past | insufficient | too_large
-- Locks, in this order: the shared seal barrier (1 is LockSpace.LEDGER_SEAL); the balance rows by account id. Everything
-- the arithmetic depends on is read after its lock. The unique index on the key decides between two who use one key at
-- once: the later waits for the earlier to commit and then finds its row. So before "not enough" is said, and where the
-- insert meets a conflict, the key is asked again. Needs READ COMMITTED: each statement must see what others committed.
--
-- Why loops and not one joined statement: each touch is one row by its index, about 5 microseconds; the planner, which
-- cannot know how long an array parameter is, made joins of unnest() fifty times as slow. The arrays below are parallel:
-- position n of each belongs to the same account. numeric, so that no sum can overflow before it is refused.
CREATE OR REPLACE FUNCTION ledger_post_transfer(
    p_unit text, p_kind text, p_key text, p_hash bytea, p_memo jsonb, p_at timestamptz, p_expires_at timestamptz,
    p_sources text[], p_destinations text[], p_amounts bigint[],
    OUT outcome text, OUT transfer_id bigint, OUT transfer_uuid uuid, OUT account_name text
) LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    c_max      CONSTANT numeric := 4611686018427387904;  -- 2^62, AMOUNT_MAX in values.py
    v_unit     smallint;
    v_prefixes text[];
    v_names    text[];       -- the accounts that exist, by id; then the ones to open, by name
    v_ids      bigint[];
    v_leaving  numeric[];    -- what this transfer takes from and brings to each
    v_arriving numeric[];
    v_missing  text[] := '{}';
    v_name     text;
    v_from     int;
    v_to       int;
    v_floor    boolean;      -- the account must not go below zero
    v_posted   numeric;
    v_held_out numeric;
    v_held_in  numeric;
    v_short    text;
    v_outcome  text;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(1, 0);
    SELECT u.id, u.sources INTO v_unit, v_prefixes FROM ledger_unit u WHERE u.code = p_unit;
    IF NOT FOUND THEN outcome := 'unknown_unit'; RETURN; END IF;

    SELECT k.* INTO outcome, transfer_id, transfer_uuid FROM ledger_known_key(v_unit, p_key, p_hash) k;
    IF outcome IS NOT NULL THEN RETURN; END IF;
    IF p_expires_at <= p_at THEN outcome := 'expiry_past'; RETURN; END IF;

    -- name_accounts
    SELECT array_agg(a.name ORDER BY a.id), array_agg(a.id ORDER BY a.id) INTO v_names, v_ids
      FROM ledger_account a WHERE a.unit_id = v_unit AND a.name = ANY (p_sources || p_destinations);
    FOREACH v_name IN ARRAY p_sources || p_destinations LOOP
        IF array_position(v_names, v_name) IS NULL AND NOT v_name = ANY (v_missing) THEN
            v_missing := v_missing || v_name;
        END IF;
    END LOOP;
    v_names := v_names || v_missing;

    v_leaving := array_fill(0::numeric, ARRAY[cardinality(v_names)]);
    v_arriving := v_leaving;
    FOR i IN 1 .. cardinality(p_amounts) LOOP
        v_from := array_position(v_names, p_sources[i]);
        v_to := array_position(v_names, p_destinations[i]);
        v_leaving[v_from] := v_leaving[v_from] + p_amounts[i];
        v_arriving[v_to] := v_arriving[v_to] + p_amounts[i];
    END LOOP;

    -- lock_balances, by account id; check_floors, on what was read with the lock
    FOR n IN 1 .. cardinality(v_names) LOOP
        IF v_ids[n] IS NOT NULL THEN
            SELECT NOT b.may_go_negative, b.posted, b.held_out, b.held_in
              INTO STRICT v_floor, v_posted, v_held_out, v_held_in
              FROM ledger_balance b WHERE b.account_id = v_ids[n] FOR UPDATE;
        ELSE
            v_floor := NOT EXISTS (SELECT FROM unnest(v_prefixes) AS prefix WHERE starts_with(v_names[n], prefix));
            v_posted := 0; v_held_out := 0; v_held_in := 0;
        END IF;
        IF p_kind = 'direct' THEN
            v_posted := v_posted + v_arriving[n] - v_leaving[n];
        ELSE
            v_held_out := v_held_out + v_leaving[n];
            v_held_in := v_held_in + v_arriving[n];
        END IF;
        v_outcome := CASE WHEN abs(v_posted) > c_max OR v_held_out > c_max OR v_held_in > c_max THEN 'too_large'
                          WHEN v_floor AND v_posted < v_held_out THEN 'insufficient' END;
        IF v_outcome IS NOT NULL AND (v_short IS NULL OR v_names[n] COLLATE "C" < v_short) THEN
            outcome := v_outcome;
            v_short := v_names[n];
        END IF;
    END LOOP;
    IF v_short IS NOT NULL THEN
        account_name := v_short;
        v_outcome := outcome;
        SELECT k.* INTO outcome, transfer_id, transfer_uuid FROM ledger_known_key(v_unit, p_key, p_hash) k;
        outcome := coalesce(outcome, v_outcome);
        RETURN;
    END IF;

    INSERT INTO ledger_transfer (unit_id, kind, key, input_hash, memo, at, expires_at)
    VALUES (v_unit, p_kind, p_key, p_hash, p_memo, p_at, p_expires_at)
        ON CONFLICT (unit_id, key) DO NOTHING
    RETURNING id, uuid INTO transfer_id, transfer_uuid;
    IF NOT FOUND THEN
        SELECT k.* INTO STRICT outcome, transfer_id, transfer_uuid FROM ledger_known_key(v_unit, p_key, p_hash) k;
        RETURN;
    END IF;

    IF v_missing <> '{}' THEN
        PERFORM ledger_open_accounts(v_unit, v_prefixes, v_missing, p_at);
        FOR n IN cardinality(v_names) - cardinality(v_missing) + 1 .. cardinality(v_names) LOOP
            v_ids[n] := (SELECT a.id FROM ledger_account a WHERE a.unit_id = v_unit AND a.name = v_names[n]);
        END LOOP;
    END IF;

    FOR i IN 1 .. cardinality(p_amounts) LOOP
        INSERT INTO ledger_postingrow (transfer_id, unit_id, source_id, destination_id, amount)
        VALUES (transfer_id, v_unit, v_ids[array_position(v_names, p_sources[i])],
                v_ids[array_position(v_names, p_destinations[i])], p_amounts[i]);
    END LOOP;

    -- move_balances
    FOR n IN 1 .. cardinality(v_names) LOOP
        IF p_kind = 'direct' THEN
            UPDATE ledger_balance b SET posted = b.posted + (v_arriving[n] - v_leaving[n])::bigint
             WHERE b.account_id = v_ids[n];
        ELSE
            UPDATE ledger_balance b SET held_out = b.held_out + v_leaving[n]::bigint,
                                        held_in = b.held_in + v_arriving[n]::bigint
             WHERE b.account_id = v_ids[n];
        END IF;
    END LOOP;
    IF p_kind = 'held' THEN
        INSERT INTO ledger_openhold (transfer_id, expires_at) VALUES (transfer_id, p_expires_at);
    END IF;
    outcome := 'written';
END $$;
