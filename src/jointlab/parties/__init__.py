"""The two sides: organisations, their units, people, partnerships, memberships and roles."""
