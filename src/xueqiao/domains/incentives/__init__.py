"""Incentives: points for learning and volunteer time, in ledgers of their own, which never become credits."""
