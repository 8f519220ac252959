"""What the room does, by noun: choices, writing, failures, services elsewhere."""
