"""The operator command `xueqiao`."""
