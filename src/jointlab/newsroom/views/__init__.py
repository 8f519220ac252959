"""The newsroom's pages: those for everybody, those of the offices."""
