"""What somebody reads of a chain: all of it except the events that a room shows to fewer people.

Who reads a chain at all, the room says whose chain it is; which of its events fewer read, and who they
are, a room says in what it brings (`Event.narrower`, `Room.reads_narrower`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from jointlab.common.rooms import all_rooms
from jointlab.history.models import Entry


@dataclass(frozen=True)
class ReadableChain:
    """A chain as somebody reads it: without the `hidden` events."""

    chain: UUID
    hidden: tuple[str, ...] = ()

    @property
    def entries(self) -> QuerySet[Entry]:
        """The entries that they read."""
        rows = Entry.objects.filter(chain=self.chain)
        return rows.exclude(event__in=self.hidden) if self.hidden else rows


def chain_visible_to(user: Any, chain: UUID) -> ReadableChain:
    """Return the chain without the events hidden from this person, who may read the chain."""
    hidden = {
        event.name
        for room in all_rooms()
        if room.reads_narrower and not room.reads_narrower(user, chain)
        for event in room.events
        if event.narrower
    }
    return ReadableChain(chain, tuple(sorted(hidden)))
