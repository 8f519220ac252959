"""What pages of agreements in force read."""
