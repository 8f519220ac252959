"""What changes agreements, by noun."""
