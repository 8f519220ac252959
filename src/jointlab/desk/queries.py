"""What waits for a person, what they wait for, and what happened since they looked, from every room."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from jointlab.common import days
from jointlab.common.prepared import Prepared
from jointlab.common.rooms import Awaited, Waiting, all_rooms
from jointlab.desk.models import Reminder, Seen
from jointlab.history.access import chain_visible_to
from jointlab.history.queries import Happened, happened_since, last_entries
from jointlab.parties.access import POLICY
from jointlab.parties.models import Membership, Partnership, Person
from jointlab.parties.policy import Reader, own_memberships

ON_A_PAGE = 50
# What happened before one first said that one has seen it.
AT_FIRST = timedelta(days=30)


def waiting_for(own: Sequence[Membership]) -> list[Waiting]:
    """Return what waits in any room for the person whose memberships these are, oldest first."""
    waiting = [thing for room in all_rooms() if room.waiting for thing in room.waiting(own)]
    return sorted(waiting, key=lambda thing: thing.since)


def awaited_by(own: Sequence[Membership]) -> list[Awaited]:
    """Return what others have to do in any room, for the person whose memberships these are."""
    if not own:
        return []
    awaited = [thing for room in all_rooms() if room.awaited for thing in room.awaited(own)]
    return sorted(awaited, key=lambda thing: thing.since)


def on_a_page(things: Sequence[Any], number: Any) -> Page[Any]:
    """Return a page of the desk's things."""
    return Paginator(things, ON_A_PAGE).get_page(number)


# counts


Stamp = tuple[Any, ...]
KEPT_FOR = 300  # seconds
MOST_KEPT = 5000  # people
_kept: dict[UUID, tuple[Stamp, int]] = {}


def count_for(user: Reader) -> int:
    """Return how many things wait for the person, for the rail of every page.

    To count is to ask every room, so the number is kept: until something is written in the history
    of one of their partnerships, or a membership of theirs changes, and for five minutes at most,
    for days pass and jobs run that write nothing there. The desk itself counts afresh.
    """
    if not isinstance(user, Person) or not (own := own_memberships(user)):
        return 0
    known = _kept.get(user.pk)
    if known and known[0] == _stamp(own):
        return known[1]
    return len(counted_waiting(own))


def counted_waiting(own: Sequence[Membership]) -> list[Waiting]:
    """Return what waits for the person whose memberships these are, and keep how much it is."""
    if not own:
        return waiting_for(own)
    stamp = _stamp(own)  # before: what changes while it is counted is counted again
    waiting = waiting_for(own)
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    _kept[own[0].person_id] = stamp, len(waiting)
    return waiting


def _stamp(own: Sequence[Membership]) -> Stamp:
    last = last_entries([row.partnership_id for row in own])
    places = [(row.pk, row.version) for row in own]
    return int(time.time()) // KEPT_FOR, *places, *last


# what others have


@dataclass(frozen=True)
class AwaitedShown:
    """What others have to do, and whether one can remind them now; `reminded` is the last day."""

    thing: Awaited
    reminded: date | None

    @property
    def can_be_reminded(self) -> bool:
        """Whether there is somebody to remind, whom nobody has reminded today."""
        return self.thing.holders is not None and self.reminded != days.today()


def with_reminders(things: Sequence[Awaited]) -> list[AwaitedShown]:
    """Return the things with the day on which somebody was last reminded of each: one query."""
    keys = [thing.key for thing in things if thing.key]
    last = dict(_last_reminders(keys=keys)) if keys else {}
    return [AwaitedShown(thing, last.get(thing.key)) for thing in things]


@Prepared
def _last_reminders(keys: list[str]) -> QuerySet[Reminder, tuple[str, date]]:
    rows = Reminder.objects.filter(key__any_of=keys).order_by("key", "-on").distinct("key")
    return rows.values_list("key", "on")


# what happened


@dataclass(frozen=True)
class Kind:
    """One kind of thing that happened in a partnership; `url` leads to all of it."""

    happened: Happened
    url: str

    @property
    def others(self) -> int:
        """How often it happened besides the last time, which is told."""
        return self.happened.count - 1


@dataclass(frozen=True)
class News:
    """What others did in a partnership since then: by kind, what happened last before the rest."""

    partnership: Partnership
    url: str
    kinds: Sequence[Kind]

    @property
    def count(self) -> int:
        """How many things happened."""
        return sum(kind.happened.count for kind in self.kinds)


def seen_until(user: Person) -> datetime:
    """Return until when the person has seen what happened; a month ago, when they never said."""
    found = _seen(person=user.pk)
    return found[0].until if found else timezone.now() - AT_FIRST


@Prepared
def _seen(person: UUID) -> QuerySet[Seen]:
    return Seen.objects.filter(person=person)


def news_since(user: Person, since: datetime) -> list[News]:
    """Return what others did since then, of what the person may read: two queries a partnership."""
    found = []
    for own in POLICY.memberships(user, "read history"):
        reading = chain_visible_to(user, own.partnership_id)
        if kinds := happened_since(reading, since, without=user.pk):
            base = reverse("parties:history", args=[own.partnership.code])
            day = timezone.localdate(since).isoformat()
            shown = [
                Kind(one, f"{base}?{urlencode({'kind': one.event, 'since': day})}") for one in kinds
            ]
            found.append(News(own.partnership, f"{base}?{urlencode({'since': day})}", shown))
    return sorted(found, key=lambda news: news.kinds[0].happened.last.at, reverse=True)
