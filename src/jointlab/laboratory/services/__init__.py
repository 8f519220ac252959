"""What changes laboratories, by noun."""
