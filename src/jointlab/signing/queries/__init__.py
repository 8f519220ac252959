"""What the room's pages read, and what its services need to know."""
