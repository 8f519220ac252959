"""Tells the one story through the services, for the demonstration."""
