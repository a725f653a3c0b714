"""等候室, by Django: every page of it. The front (`channels/rush`) answers the two busiest from memory."""
