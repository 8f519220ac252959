"""What the room's pages read, by noun."""

from jointlab.laboratory.queries.waiting import waiting_for

__all__ = ["waiting_for"]  # where the desk looks for it
