"""What pages of negotiating a text read."""
