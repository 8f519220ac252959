"""What the nightly letter says besides what is due: a room above brings it.

That room has `Reminders` in what it brings (`Room.reminders`): two functions, because a letter is
written after the night's transaction. What was settled meanwhile, or is not the reader's to know
any more, is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol
from uuid import UUID

from jointlab.common.rooms import all_rooms
from jointlab.parties.models import Person


@dataclass(frozen=True)
class Section:
    """A part of the letter, in the reader's language: each line is about one thing."""

    title: str
    lines: Sequence[str] = ()


class Reminders(Protocol):
    """What a room says of its things that come up."""

    def mark(self) -> Iterable[tuple[UUID, UUID]]:
        """Yield whom to tell of which thing (their ids), and mark each as told: once a thing."""

    def section(self, person: Person, things: Collection[UUID]) -> Section:
        """Return what the letter says of those of the things that still come up for the reader."""


@cache
def rooms_with_reminders() -> dict[str, Reminders]:
    """Return the rooms that bring something, by name."""
    return {room.code: room.reminders for room in all_rooms() if room.reminders}
