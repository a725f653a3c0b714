"""Pay a bill; gateways call back here."""
