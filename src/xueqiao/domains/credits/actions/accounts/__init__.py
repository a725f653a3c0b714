"""What a person has: offered by rule, kept, taken back, ended, restored, counted."""
