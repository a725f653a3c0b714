-- End one hold by a new row: 'post' moves what was held, 'void' and 'expire' only release it.
--
-- Answers, never raises for a refusal, and writes nothing unless the outcome is 'written':
--   written | replay | key_reused | not_found | not_a_hold | resolved (account_name = how) | expired | not_due | too_large
-- Locks, in this order: the shared seal barrier; the balance rows of the hold by account id. All who end the same hold
-- meet at its balance rows, so that "has it ended?" is read after the lock; the unique index on resolves_id is the last
-- wall. The key is treated as in post_transfer.sql.
CREATE OR REPLACE FUNCTION ledger_resolve_hold(
    p_hold bigint, p_kind text, p_key text, p_hash bytea, p_memo jsonb, p_at timestamptz,
    OUT outcome text, OUT transfer_id bigint, OUT transfer_uuid uuid, OUT account_name text
) LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    v_hold record;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(1, 0);
    SELECT t.unit_id, t.kind, t.expires_at INTO v_hold FROM ledger_transfer t WHERE t.id = p_hold;
    IF NOT FOUND THEN outcome := 'not_found'; RETURN; END IF;

    SELECT k.* INTO outcome, transfer_id, transfer_uuid FROM ledger_known_key(v_hold.unit_id, p_key, p_hash) k;
    IF outcome IS NOT NULL THEN RETURN; END IF;
    IF v_hold.kind <> 'held' THEN outcome := 'not_a_hold'; RETURN; END IF;

    -- lock_balances: sorted, before the check
    PERFORM b.account_id FROM ledger_balance b
      WHERE b.account_id IN (SELECT p.source_id FROM ledger_postingrow p WHERE p.transfer_id = p_hold
                              UNION SELECT p.destination_id FROM ledger_postingrow p WHERE p.transfer_id = p_hold)
      ORDER BY b.account_id
        FOR UPDATE OF b;

    -- check_resolved
    SELECT t.kind INTO account_name FROM ledger_transfer t WHERE t.resolves_id = p_hold;
    IF FOUND THEN
        SELECT k.* INTO outcome, transfer_id, transfer_uuid FROM ledger_known_key(v_hold.unit_id, p_key, p_hash) k;
        outcome := coalesce(outcome, 'resolved');
        RETURN;
    END IF;
    IF p_kind = 'post' AND v_hold.expires_at <= p_at THEN outcome := 'expired'; RETURN; END IF;
    IF p_kind = 'expire' AND (v_hold.expires_at IS NULL OR v_hold.expires_at > p_at) THEN
        outcome := 'not_due'; RETURN;
    END IF;
    IF p_kind = 'post' THEN
        SELECT a.name INTO account_name
          FROM (SELECT line.id, sum(line.amount) AS amount
                  FROM (SELECT p.source_id AS id, -p.amount::numeric AS amount FROM ledger_postingrow p
                         WHERE p.transfer_id = p_hold
                         UNION ALL SELECT p.destination_id, p.amount FROM ledger_postingrow p
                                    WHERE p.transfer_id = p_hold) AS line
                 GROUP BY line.id) AS moved
          JOIN ledger_balance b ON b.account_id = moved.id
          JOIN ledger_account a ON a.id = moved.id
         WHERE abs(b.posted + moved.amount) > 4611686018427387904
         ORDER BY a.name COLLATE "C" LIMIT 1;
        IF FOUND THEN outcome := 'too_large'; RETURN; END IF;
    END IF;

    INSERT INTO ledger_transfer (unit_id, kind, resolves_id, key, input_hash, memo, at)
    VALUES (v_hold.unit_id, p_kind, p_hold, p_key, p_hash, p_memo, p_at)
        ON CONFLICT (unit_id, key) DO NOTHING
    RETURNING id, uuid INTO transfer_id, transfer_uuid;
    IF NOT FOUND THEN
        SELECT k.* INTO STRICT outcome, transfer_id, transfer_uuid
          FROM ledger_known_key(v_hold.unit_id, p_key, p_hash) k;
        RETURN;
    END IF;

    -- move_balances
    UPDATE ledger_balance b
       SET posted = b.posted + CASE WHEN p_kind = 'post' THEN moved.arriving - moved.leaving ELSE 0 END,
           held_out = b.held_out - moved.leaving,
           held_in = b.held_in - moved.arriving
      FROM (SELECT line.id, sum(line.leaving)::bigint AS leaving, sum(line.arriving)::bigint AS arriving
              FROM (SELECT p.source_id AS id, p.amount AS leaving, 0 AS arriving FROM ledger_postingrow p
                     WHERE p.transfer_id = p_hold
                     UNION ALL SELECT p.destination_id, 0, p.amount FROM ledger_postingrow p
                                WHERE p.transfer_id = p_hold) AS line
             GROUP BY line.id) AS moved
     WHERE b.account_id = moved.id;
    DELETE FROM ledger_openhold h WHERE h.transfer_id = p_hold;
    outcome := 'written';
END $$;
