"""What waits for me, from every room."""
