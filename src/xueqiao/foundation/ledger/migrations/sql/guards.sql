-- What the models cannot say: composite foreign keys and immutability.

ALTER TABLE ledger_balance
    ADD CONSTRAINT ledger_balance_account_fk FOREIGN KEY (account_id, may_go_negative)
        REFERENCES ledger_account (id, may_go_negative);

-- A line, its transfer and both its accounts are of one unit: a line across units cannot be written down.
-- (The unit of a transfer follows from its lines; a key to ledger_unit itself would make every posting of the
-- whole region lock one row.)
ALTER TABLE ledger_postingrow
    ADD CONSTRAINT ledger_posting_transfer_fk FOREIGN KEY (transfer_id, unit_id)
        REFERENCES ledger_transfer (id, unit_id),
    ADD CONSTRAINT ledger_posting_source_fk FOREIGN KEY (source_id, unit_id)
        REFERENCES ledger_account (id, unit_id),
    ADD CONSTRAINT ledger_posting_destination_fk FOREIGN KEY (destination_id, unit_id)
        REFERENCES ledger_account (id, unit_id);

ALTER TABLE ledger_transfer
    ADD CONSTRAINT ledger_transfer_resolves_fk FOREIGN KEY (resolves_id, unit_id)
        REFERENCES ledger_transfer (id, unit_id),
    ADD CONSTRAINT ledger_transfer_hash_length CHECK (octet_length(input_hash) = 32);

ALTER TABLE ledger_openhold
    ADD CONSTRAINT ledger_openhold_transfer_fk FOREIGN KEY (transfer_id) REFERENCES ledger_transfer (id);

-- Balances are rewritten in place all day: leave room on the page so that no index has to be touched (HOT).
ALTER TABLE ledger_balance SET (fillfactor = 70);

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or deleted; write a new transfer instead', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER ledger_unit_immutable BEFORE UPDATE OR DELETE ON ledger_unit
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_account_immutable BEFORE UPDATE OR DELETE ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_transfer_immutable BEFORE UPDATE OR DELETE ON ledger_transfer
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_postingrow_immutable BEFORE UPDATE OR DELETE ON ledger_postingrow
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_seal_immutable BEFORE UPDATE OR DELETE ON ledger_seal
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
