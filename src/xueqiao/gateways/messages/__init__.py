"""Ways to reach people: SMS, voice call."""
