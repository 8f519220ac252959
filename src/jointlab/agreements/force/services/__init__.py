"""Every change in agreements in force."""
