"""Rules of the bank: drafted, read by a second person, filed."""
