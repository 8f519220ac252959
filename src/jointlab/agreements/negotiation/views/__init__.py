"""Pages of negotiating a text."""
