"""Pages of agreements in force."""
