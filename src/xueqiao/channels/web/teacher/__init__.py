"""A teacher's day: sessions, roll call, rotating QR."""
