"""What pages of signing read."""
