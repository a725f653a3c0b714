"""Ten minutes to take back a legal or financial step."""
