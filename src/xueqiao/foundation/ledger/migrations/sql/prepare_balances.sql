-- For a bulk: open what is missing and lock every balance row of `p_names`, sorted by account id, before the first
-- transfer of the bulk is checked. Returns the number of rows locked.
CREATE OR REPLACE FUNCTION ledger_prepare_balances(p_units text[], p_names text[], p_at timestamptz)
RETURNS bigint LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    v_unit  record;
    v_count bigint;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(1, 0);
    -- What exists is locked before what is missing is opened, as a single transfer does. The other way round, a bulk
    -- that has just opened B and wants A would meet a single that holds A and waits for B to be opened: a deadlock.
    SELECT count(*) INTO v_count
      FROM (SELECT b.account_id
              FROM ledger_balance b
             WHERE b.account_id IN (SELECT a.id FROM unnest(p_units, p_names) AS wanted (unit, name)
                                      JOIN ledger_unit u ON u.code = wanted.unit
                                      JOIN ledger_account a ON a.unit_id = u.id AND a.name = wanted.name)
             ORDER BY b.account_id
               FOR UPDATE OF b) AS locked;
    FOR v_unit IN
        SELECT u.id, u.sources, array_agg(wanted.name) AS names
          FROM unnest(p_units, p_names) AS wanted (unit, name) JOIN ledger_unit u ON u.code = wanted.unit
         GROUP BY u.id, u.sources ORDER BY u.id
    LOOP
        PERFORM ledger_open_accounts(v_unit.id, v_unit.sources, v_unit.names, p_at);
    END LOOP;
    SELECT count(*) INTO v_count
      FROM (SELECT b.account_id
              FROM ledger_balance b
             WHERE b.account_id IN (SELECT a.id FROM unnest(p_units, p_names) AS wanted (unit, name)
                                      JOIN ledger_unit u ON u.code = wanted.unit
                                      JOIN ledger_account a ON a.unit_id = u.id AND a.name = wanted.name)
             ORDER BY b.account_id
               FOR UPDATE OF b) AS locked;
    RETURN v_count;
END $$;
