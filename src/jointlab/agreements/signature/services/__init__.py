"""Every change in signing."""
