"""Every change in negotiating a text."""
