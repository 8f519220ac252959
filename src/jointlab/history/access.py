"""What somebody reads of a chain: all of it except the events that a room shows to fewer people.

Who reads a chain at all, the room says whose chain it is; which of its events fewer read, and who they
are, a room says in what it brings (`Event.narrower`, `Room.reads_narrower`). What a side records for
itself stands in its organisation's chain, where its people of other partnerships read, too: such an
entry has the fact `within`, the id of its partnership, and is read by those alone who read there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict
from uuid import UUID

from django.db.models import JSONField, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from jointlab.common.rooms import all_rooms
from jointlab.history.models import Entry


@dataclass(frozen=True)
class ReadableChain:
    """A chain as somebody reads it.

    hidden  events that they do not read
    bound   events of which they read only the entries whose fact `within` is one of the partnerships
    """

    chain: UUID
    hidden: tuple[str, ...] = ()
    bound: tuple[str, ...] = ()
    within: tuple[UUID, ...] = ()

    @property
    def entries(self) -> QuerySet[Entry]:
        """The entries that they read."""
        return readable(**self.values)

    @property
    def values(self) -> Values:
        """What `readable` takes."""
        within = [str(partnership) for partnership in self.within]
        return {
            "chain": self.chain,
            "hidden": list(self.hidden),
            "bound": list(self.bound),
            "within": within,
        }


class Values(TypedDict):
    """What makes a chain readable to somebody."""

    chain: UUID
    hidden: list[str]
    bound: list[str]
    within: list[str]


def readable(
    chain: UUID, hidden: list[str], bound: list[str], within: list[str]
) -> QuerySet[Entry]:
    """Return the entries of a chain that somebody reads."""
    rows = Entry.objects.filter(chain=chain)
    if hidden:
        rows = rows.exclude(event__in=hidden)
    if bound:
        place = KeyTextTransform("within", Cast("record", JSONField()))
        rows = rows.alias(place=place).filter(~Q(event__in=bound) | Q(place__in=within))
    return rows


def chain_visible_to(user: Any, chain: UUID) -> ReadableChain:
    """Return the chain without the entries hidden from this person, who may read the chain."""
    hidden: set[str] = set()
    bound: set[str] = set()
    within: set[UUID] = set()
    for room in all_rooms():
        narrower = {event.name for event in room.events if event.narrower}
        if not narrower or room.reads_narrower is None:
            continue
        reads = room.reads_narrower(user, chain)
        if reads is False:
            hidden |= narrower
        elif reads is not True:
            bound |= narrower
            within |= set(reads)
    return ReadableChain(chain, tuple(sorted(hidden)), tuple(sorted(bound)), tuple(sorted(within)))
