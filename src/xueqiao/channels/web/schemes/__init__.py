"""Vouchers, concessions and written shares: the desk that keeps them, the resident who sees her own."""
