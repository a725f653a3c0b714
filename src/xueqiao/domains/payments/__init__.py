"""Bills, receipts, refunds, payer shares, money held until delivered."""
