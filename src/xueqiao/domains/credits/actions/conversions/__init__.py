"""What counts in a programme elsewhere: held, answered, reversed, and paid for between institutions."""
