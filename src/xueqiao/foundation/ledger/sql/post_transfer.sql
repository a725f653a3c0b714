-- Write one transfer (direct or held) with its postings and move its balances, in one round trip.
--
-- Answers, never raises for a refusal, and writes nothing unless the outcome is 'written':
--   written | replay (same key, same inputs) | key_reused | unknown_unit | insufficient | too_large
-- Locks, in this order: the shared seal barrier; the key; the balance rows by account id. Everything the arithmetic
-- depends on is read after its lock. Needs READ COMMITTED: each statement must see what others committed meanwhile.
-- Lock spaces 1 and 9 are LockSpace.LEDGER_SEAL and LockSpace.LEDGER_KEY (foundation/locks.py).
CREATE OR REPLACE FUNCTION ledger_post_transfer(
    p_unit text, p_kind text, p_key text, p_hash bytea, p_memo jsonb, p_at timestamptz, p_expires_at timestamptz,
    p_sources text[], p_destinations text[], p_amounts bigint[],
    OUT outcome text, OUT transfer_id bigint, OUT transfer_uuid uuid, OUT account_name text
) LANGUAGE plpgsql AS $$
DECLARE
    v_unit     smallint;
    v_prefixes text[];
    v_hash     bytea;
    v_names    text[];
    v_ids      bigint[];
    v_wanted   text[];
    v_short    record;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(1, 0);
    SELECT u.id, u.sources INTO v_unit, v_prefixes FROM ledger_unit u WHERE u.code = p_unit;
    IF NOT FOUND THEN outcome := 'unknown_unit'; RETURN; END IF;

    PERFORM pg_advisory_xact_lock(9, hashtext(p_unit || ' ' || p_key));
    SELECT t.id, t.uuid, t.input_hash INTO transfer_id, transfer_uuid, v_hash
      FROM ledger_transfer t WHERE t.unit_id = v_unit AND t.key = p_key;
    IF FOUND THEN
        outcome := CASE WHEN v_hash = p_hash THEN 'replay' ELSE 'key_reused' END;
        RETURN;
    END IF;

    -- lock_balances: sorted, before the check
    SELECT array_agg(locked.name), array_agg(locked.id) INTO v_names, v_ids
      FROM (SELECT a.name, a.id
              FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id
             WHERE a.unit_id = v_unit AND a.name = ANY (p_sources || p_destinations)
             ORDER BY a.id
               FOR UPDATE OF b) AS locked;

    -- check_floors: the first account, by name, that would fall below its floor or above what can be written
    SELECT moved.name,
           coalesce(b.posted, 0) + moved.posted > 4611686018427387904
               OR coalesce(b.posted, 0) + moved.posted < -4611686018427387904
               OR coalesce(b.held_out, 0) + moved.held_out > 4611686018427387904
               OR coalesce(b.held_in, 0) + moved.held_in > 4611686018427387904 AS is_too_large
      INTO v_short
      FROM (SELECT line.name,
                   CASE WHEN p_kind = 'direct' THEN sum(line.arriving - line.leaving) ELSE 0 END AS posted,
                   CASE WHEN p_kind = 'held' THEN sum(line.leaving) ELSE 0 END AS held_out,
                   CASE WHEN p_kind = 'held' THEN sum(line.arriving) ELSE 0 END AS held_in
              FROM (SELECT unnest(p_sources) AS name, unnest(p_amounts)::numeric AS leaving, 0::numeric AS arriving
                     UNION ALL
                    SELECT unnest(p_destinations), 0, unnest(p_amounts)) AS line
             GROUP BY line.name) AS moved
      LEFT JOIN ledger_account a ON a.unit_id = v_unit AND a.name = moved.name
      LEFT JOIN ledger_balance b ON b.account_id = a.id
     WHERE (coalesce(b.posted, 0) + moved.posted < coalesce(b.held_out, 0) + moved.held_out
            AND NOT coalesce(b.may_go_negative,
                             EXISTS (SELECT FROM unnest(v_prefixes) AS prefix WHERE starts_with(moved.name, prefix))))
        OR coalesce(b.posted, 0) + moved.posted > 4611686018427387904
        OR coalesce(b.posted, 0) + moved.posted < -4611686018427387904
        OR coalesce(b.held_out, 0) + moved.held_out > 4611686018427387904
        OR coalesce(b.held_in, 0) + moved.held_in > 4611686018427387904
     ORDER BY moved.name COLLATE "C" LIMIT 1;
    IF FOUND THEN
        outcome := CASE WHEN v_short.is_too_large THEN 'too_large' ELSE 'insufficient' END;
        account_name := v_short.name;
        RETURN;
    END IF;

    SELECT array_agg(DISTINCT name) INTO v_wanted FROM unnest(p_sources || p_destinations) AS name;
    IF cardinality(v_wanted) > coalesce(cardinality(v_names), 0) THEN
        PERFORM ledger_open_accounts(v_unit, v_prefixes, v_wanted, p_at);
        SELECT array_agg(a.name), array_agg(a.id) INTO v_names, v_ids
          FROM ledger_account a WHERE a.unit_id = v_unit AND a.name = ANY (v_wanted);
    END IF;

    INSERT INTO ledger_transfer (unit_id, kind, key, input_hash, memo, at, expires_at)
    VALUES (v_unit, p_kind, p_key, p_hash, p_memo, p_at, p_expires_at)
    RETURNING id, uuid INTO transfer_id, transfer_uuid;

    INSERT INTO ledger_postingrow (transfer_id, unit_id, source_id, destination_id, amount)
    SELECT ledger_post_transfer.transfer_id, v_unit, v_ids[array_position(v_names, line.source)],
           v_ids[array_position(v_names, line.destination)], line.amount
      FROM unnest(p_sources, p_destinations, p_amounts) AS line (source, destination, amount);

    -- move_balances
    IF p_kind = 'direct' THEN
        UPDATE ledger_balance b SET posted = b.posted + moved.amount
          FROM (SELECT line.name, sum(line.amount)::bigint AS amount
                  FROM (SELECT unnest(p_sources) AS name, -unnest(p_amounts) AS amount
                         UNION ALL SELECT unnest(p_destinations), unnest(p_amounts)) AS line
                 GROUP BY line.name) AS moved
         WHERE b.account_id = v_ids[array_position(v_names, moved.name)];
    ELSE
        UPDATE ledger_balance b SET held_out = b.held_out + moved.leaving, held_in = b.held_in + moved.arriving
          FROM (SELECT line.name, sum(line.leaving)::bigint AS leaving, sum(line.arriving)::bigint AS arriving
                  FROM (SELECT unnest(p_sources) AS name, unnest(p_amounts) AS leaving, 0 AS arriving
                         UNION ALL SELECT unnest(p_destinations), 0, unnest(p_amounts)) AS line
                 GROUP BY line.name) AS moved
         WHERE b.account_id = v_ids[array_position(v_names, moved.name)];
        INSERT INTO ledger_openhold (transfer_id, expires_at)
        VALUES (ledger_post_transfer.transfer_id, p_expires_at);
    END IF;
    outcome := 'written';
END $$;
