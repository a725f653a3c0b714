"""The credit bank: proposals, deposits, certificates."""
