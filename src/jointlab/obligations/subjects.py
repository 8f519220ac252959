"""What asks for an obligation: its subject, a thing of a room above, which says how it is shown.

That room brings `Subjects` in what it brings (`Room.owing`); its code is the `subject_kind` of what
it has people owe, and begins the addresses of its pages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from django.urls import reverse

from jointlab.common.errors import NotVisible
from jointlab.common.names import Fact, Text, pick
from jointlab.common.rooms import all_rooms
from jointlab.common.show import Tab
from jointlab.obligations.models import Obligation
from jointlab.parties.models import Partnership

Link = tuple[Text, str]  # what it says, the address


@dataclass(frozen=True)
class Subject:
    """What asks for an obligation, as lists and letters show it; `names` are by language."""

    id: UUID
    code: str
    names: Mapping[str, str]
    url: str

    @property
    def name(self) -> str:
        """Its name for the reader."""
        return pick(dict(self.names))

    def as_fact(self) -> Fact:
        """Return what history keeps of it."""
        return {"id": str(self.id), "name": dict(self.names)}


@dataclass(frozen=True)
class Heading:
    """A subject as it stands above a page of its obligations, and whose affair it is.

    `state` is one of the five that pages draw, `word` what it is called; `above` are the pages
    above its own, `tabs` those of its parts that the reader may open, `parts` what they are called.
    """

    subject: Subject
    partnership: Partnership
    state: str
    word: Text
    above: Sequence[Link]
    parts: Text
    tabs: Sequence[Tab]


class Subjects(Protocol):
    """What a room says of its things that ask for something."""

    def get(self, user: Any, code: str) -> Heading:
        """Return the thing of that code; NotVisible or NotAllowed to whom it does not bind."""

    def by_id(self, ids: Collection[UUID]) -> Mapping[UUID, Subject]:
        """Return those things, whoever asks: who sees what is owed may know by what."""


def get_heading(user: Any, kind: str, code: str) -> Heading:
    """Return the subject of that room and code, for a reader whom it binds; else NotVisible."""
    room = _rooms().get(kind)
    if room is None:
        raise NotVisible
    return room.get(user, code)


def subject_of(obligation: Obligation) -> Subject:
    """Return what asks for it."""
    return subjects_of([obligation])[obligation.subject]


def subjects_of(obligations: Iterable[Obligation]) -> dict[UUID, Subject]:
    """Return what asks for each, by id: one query a room."""
    by_kind: defaultdict[str, set[UUID]] = defaultdict(set)
    for row in obligations:
        by_kind[row.subject_kind].add(row.subject)
    found: dict[UUID, Subject] = {}
    for kind, ids in by_kind.items():
        found |= _rooms()[kind].by_id(ids)
    return found


def breadcrumb_to_obligations() -> list[Link]:
    """Return the page from which one comes to what is owed everywhere, while only one room leads there."""
    ways = [
        (room.label, reverse(room.door.url_name))
        for room in all_rooms()
        if room.owing and room.door
    ]
    return ways if len(ways) == 1 else []


@cache
def _rooms() -> dict[str, Subjects]:
    return {room.code: room.owing for room in all_rooms() if room.owing}
