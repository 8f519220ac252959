"""What the room's pages read; `waiting_for` is where the desk looks for it."""
