-- What is already written under a key: 'replay' (same inputs), 'key_reused' (other inputs) or NULL (nothing).
CREATE OR REPLACE FUNCTION ledger_known_key(
    p_unit_id smallint, p_key text, p_hash bytea,
    OUT outcome text, OUT transfer_id bigint, OUT transfer_uuid uuid
) LANGUAGE plpgsql AS $$
BEGIN
    SELECT CASE WHEN t.input_hash = p_hash THEN 'replay' ELSE 'key_reused' END, t.id, t.uuid
      INTO outcome, transfer_id, transfer_uuid
      FROM ledger_transfer t WHERE t.unit_id = p_unit_id AND t.key = p_key;
END $$;
