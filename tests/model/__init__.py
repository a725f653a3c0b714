"""A model of hold, pay, expire, late money and leaving: every interleaving of transactions, checked exhaustively."""
