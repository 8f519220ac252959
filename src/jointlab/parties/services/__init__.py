"""Every change to organisations, units, people, partnerships and memberships."""
