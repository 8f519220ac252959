"""An agreement in force: publications under it, how it goes on, how it ends."""
