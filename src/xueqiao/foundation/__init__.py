"""What truth stands on: clock, money, regions, ledger, outbox, audit, scope, undo. No word of education in here."""
