"""Forms of negotiating a text."""
