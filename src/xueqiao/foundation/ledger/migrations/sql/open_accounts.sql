-- Open the accounts of `p_names` that do not exist yet, each with a balance row of zero, in sorted order.
-- Two transactions that open the same account: the second waits here and then finds it (ON CONFLICT DO NOTHING).
-- p_may_go_negative NULL: decided by the prefixes declared with the unit.
CREATE OR REPLACE FUNCTION ledger_open_accounts(
    p_unit_id smallint, p_prefixes text[], p_names text[], p_at timestamptz, p_may_go_negative boolean DEFAULT NULL
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    WITH opened AS (
        INSERT INTO ledger_account (unit_id, name, may_go_negative, opened_at)
        SELECT p_unit_id, n.name,
               coalesce(p_may_go_negative,
                        EXISTS (SELECT FROM unnest(p_prefixes) AS prefix WHERE starts_with(n.name, prefix))),
               p_at
          FROM (SELECT DISTINCT name COLLATE "C" AS name FROM unnest(p_names) AS name ORDER BY 1) AS n
            ON CONFLICT (unit_id, name) DO NOTHING
        RETURNING id, may_go_negative
    )
    INSERT INTO ledger_balance (account_id, may_go_negative, posted, held_out, held_in)
    SELECT id, may_go_negative, 0, 0, 0 FROM opened ORDER BY id
        ON CONFLICT (account_id) DO NOTHING;
END $$;
