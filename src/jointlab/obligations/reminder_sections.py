"""What the nightly letter says besides what is due: a room above brings it.

That room has `Reminders` in what it brings (`Room.reminders`): three functions, because a letter is
written after the night's transaction, and may never go out. What was settled meanwhile, or is not
the reader's to know any more, is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Q, QuerySet

from jointlab.common.rooms import all_rooms
from jointlab.parties.models import Person


@dataclass(frozen=True)
class Section:
    """A part of the letter, in the reader's language: each line is about one thing."""

    title: str
    lines: Sequence[str] = ()


class Reminders(Protocol):
    """What a room says of its things that come up."""

    def coming(self) -> Iterable[tuple[UUID, UUID, int]]:
        """Yield whom to tell of which thing (their ids), and which threshold it has passed."""

    def told(self, things: Mapping[UUID, int]) -> None:
        """Note of each thing that somebody was told of that threshold."""

    def section(self, person: Person, things: Collection[UUID]) -> Section:
        """Return what the letter says of those of the things that still come up for the reader."""


@cache
def rooms_with_reminders() -> dict[str, Reminders]:
    """Return the rooms that bring something, by name."""
    return {room.code: room.reminders for room in all_rooms() if room.reminders}


def note_told(rows: QuerySet[Any], things: Mapping[UUID, int]) -> None:
    """Note in the column `noticed` of these rows the threshold of each, unless a nearer one is there."""
    for level in set(things.values()):
        keys = [key for key, passed in things.items() if passed == level]
        new = Q(noticed=None) | Q(noticed__gt=level)
        rows.filter(new, pk__in=keys).update(noticed=level)
