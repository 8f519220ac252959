"""Beginning, editing, commenting on and approving a text."""
