"""Saying elsewhere that something waits: through apprise, in a process of its own.

Nothing here knows of Django, so that the process that posts can be a bare one.
"""
