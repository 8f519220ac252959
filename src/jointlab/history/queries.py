"""Reading history: pages of entries that cost the same wherever they lie, and checkpoints.

What shows entries starts from a `ReadableChain`, which `access.chain_visible_to(user, chain)` returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString

from jointlab.common.names import Fact
from jointlab.common.prepared import Prepared
from jointlab.history import checkpoints
from jointlab.history.access import ReadableChain
from jointlab.history.chain import Link, message
from jointlab.history.checkpoints import Head, Signer
from jointlab.history.dsse import Faulty
from jointlab.history.examination import CHECKPOINT_SIGNED
from jointlab.history.models import Check, Checkpoint, Entry, Room
from jointlab.history.telling import FactTold, facts_of, kind_of, milestones, sentence_of

SIZE = 20
WHOLE_CHAIN = 2000  # entries fetched at a time when a whole chain is read


@dataclass(frozen=True)
class TimelineEntry:
    """An entry as the timeline shows it."""

    number: int
    at: datetime
    event: str
    sentence: SafeString
    hash: str


@dataclass(frozen=True)
class EntryInFull(TimelineEntry):
    """An entry as an auditor reads it; `hashed` is the text whose SHA-256 is the hash.

    `before` is the number of the entry before, where the reader may read that, too.
    """

    before: int | None
    actor: UUID | None
    previous: str
    hashed: str
    kind: str
    facts: Sequence[FactTold]


@dataclass(frozen=True)
class Filters:
    """What of a chain is shown; the days are those of the reader's zone, both inclusive."""

    room: str = ""
    event: str = ""
    person: UUID | None = None
    since: date | None = None
    until: date | None = None
    milestones: bool = False


@dataclass(frozen=True)
class Page:
    """Some entries, newest first; `newer` and `older` are where the neighbouring pages begin."""

    lines: Sequence[TimelineEntry]
    newer: int | None = None
    older: int | None = None


@dataclass(frozen=True)
class CheckpointShown:
    """A checkpoint with those who signed it; `doubtful` when a signature does not verify."""

    number: int
    hash: str
    at: datetime
    signers: Sequence[Signer] = ()
    doubtful: bool = False

    def signed_by(self, organisation: UUID) -> bool:
        """Whether that organisation has signed it."""
        return any(signer.organisation["id"] == str(organisation) for signer in self.signers)


@dataclass(frozen=True)
class Happened:
    """One kind of thing that happened in a chain: how often, and the last time."""

    event: str
    kind: str
    count: int
    last: TimelineEntry


def happened_since(reading: ReadableChain, since: datetime, without: UUID) -> list[Happened]:
    """Return what others than that person did after that moment, by kind, the latest first.

    It costs the same however much happened: the database counts, and of each kind one is read.
    """
    others = Q(actor=None) | ~Q(actor=without)
    rows = reading.entries.filter(others, at__gt=since).values_list("event")
    kinds = list(rows.annotate(Count("pk"), Max("number")).order_by())
    if not kinds:
        return []
    numbers = [last for _event, _count, last in kinds]
    last = {row.number: row for row in _numbered(chain=reading.chain, numbers=numbers)}
    return [
        Happened(event, kind_of(event), count, _timeline_entry(last[number]))
        for event, count, number in sorted(kinds, key=lambda kind: -kind[2])
    ]


@Prepared
def _numbered(chain: UUID, numbers: list[int]) -> QuerySet[Entry]:
    return Entry.objects.filter(chain=chain, number__any_of=numbers).select_related("details")


def count_since(reading: ReadableChain, since: datetime) -> tuple[int, datetime | None]:
    """Return how many entries of the chain came after that moment, and when the last did."""
    if reading.hidden or reading.bound:
        found = list(_counted_and_last(reading.entries, since))
    else:
        found = _counted_and_last_of_all(chain=reading.chain, since=since)
    return found[0][1:] if found else (0, None)


def _counted_and_last(
    rows: QuerySet[Entry], since: datetime
) -> QuerySet[Entry, tuple[UUID, int, datetime]]:
    found = rows.filter(at__gt=since).values_list("chain")
    return found.annotate(Count("pk"), Max("at")).order_by()


@Prepared
def _counted_and_last_of_all(
    chain: UUID, since: datetime
) -> QuerySet[Entry, tuple[UUID, int, datetime]]:
    return _counted_and_last(Entry.objects.filter(chain=chain), since)


@dataclass(frozen=True)
class Integrity:
    """How long a chain is, and what came out when it was last examined, if it ever was."""

    entries: int
    check: Check | None

    @property
    def state(self) -> str:
        """One of the states that pages draw."""
        if self.check is None:
            return "waiting"
        return "passed" if self.check.is_whole else "failed"

    @property
    def since(self) -> int:
        """How many entries were written since then."""
        return self.entries - self.check.entries if self.check else self.entries


def integrity_of(chain: UUID) -> Integrity:
    """Return how long a chain is, and what its last examination showed: two queries."""
    numbers, checks = _last_numbers(chain=chain), _checks(chain=chain)
    return Integrity(next(iter(numbers), 0), next(iter(checks), None))


@Prepared
def _last_numbers(chain: UUID) -> QuerySet[Entry, int]:
    rows = Entry.objects.filter(chain=chain).order_by("-number")
    return rows.values_list("number", flat=True)[:1]


@Prepared
def _checks(chain: UUID) -> QuerySet[Check]:
    return Check.objects.filter(chain=chain)


def last_entries(chains: Sequence[UUID]) -> list[int]:
    """Return the ids of the chains' last entries, which no other ever has: a step in an index each."""
    with connection.cursor() as cursor:
        cursor.execute(LAST, [list(chains)])
        return [pk for (pk,) in cursor.fetchall()]


LAST = """
SELECT last.id FROM unnest(%s::uuid[]) AS asked(chain), LATERAL (
  SELECT id FROM history_entry WHERE chain = asked.chain ORDER BY number DESC LIMIT 1) last
ORDER BY last.id
"""


def latest(reading: ReadableChain, most: int = 5) -> list[TimelineEntry]:
    """Return the newest entries, for the margin of a page."""
    found = _newest(most, reading)
    return [_timeline_entry(entry) for entry in found]


def _newest(most: int, reading: ReadableChain) -> list[Entry]:
    if reading.hidden or reading.bound:
        return list(_with_details(reading).order_by("-number")[:most])
    return _newest_of_all(most, chain=reading.chain)


@Prepared
def _newest_of_all(most: int, /, chain: UUID) -> QuerySet[Entry]:
    rows = Entry.objects.filter(chain=chain).select_related("details")
    return rows.order_by("-number")[:most]


def page(
    reading: ReadableChain,
    filters: Filters = Filters(),
    *,
    before: int | None = None,
    after: int | None = None,
    size: int = SIZE,
) -> Page:
    """Return the entries before a number, after one, or the newest."""
    entries = _filtered(reading, filters)
    if after is not None:
        found = list(entries.filter(number__gt=after).order_by("number")[: size + 1])
        if len(found) > size:
            lines = [_timeline_entry(entry) for entry in reversed(found[:size])]
            return Page(lines, newer=lines[0].number, older=lines[-1].number)
        before = None  # the newest page is always a full one
    if before is not None:
        entries = entries.filter(number__lt=before)
    if before is None and filters == Filters():
        found = _newest(size + 1, reading)
    else:
        found = list(entries.order_by("-number")[: size + 1])
    lines = [_timeline_entry(entry) for entry in found[:size]]
    newer = before - 1 if before is not None else None
    return Page(lines, newer=newer, older=lines[-1].number if len(found) > size else None)


def entry_in_full(reading: ReadableChain, number: int) -> EntryInFull | None:
    """Return one entry with everything that is known of it."""
    pair = _with_details(reading).filter(number__gte=number - 1, number__lte=number)
    entry, before = (*pair.order_by("-number"), None, None)[:2]
    if entry is None or entry.number != number:
        return None
    line = _timeline_entry(entry)
    return EntryInFull(
        **vars(line),
        before=before.number if before else None,
        actor=entry.actor,
        previous=entry.link.previous.hex(),
        hashed=message(entry.link).decode(),
        kind=kind_of(entry.event),
        facts=facts_of(entry.event, entry.facts),
    )


def events_in(reading: ReadableChain) -> list[str]:
    """Return the events that occur in the chain: one step through the index for each.

    Of those that are bound to a partnership it is not said that any occurred.
    """
    events = Entry.objects.raw(EVENTS, [reading.chain, reading.chain])
    left_out = {*reading.hidden, *reading.bound}
    return [entry.event for entry in events if entry.event not in left_out]


def people_in(reading: ReadableChain, most: int) -> list[tuple[UUID, Fact]]:
    """Return who acted in the chain, with their names as of their last act; `most` at most."""
    chain, hidden = reading.chain, [*reading.hidden, *reading.bound]
    found = Entry.objects.raw(PEOPLE, [chain, hidden, chain, hidden, most])
    return _people(_with_details_by_id(ids=[entry.pk for entry in found]))


@Prepared
def _with_details_by_id(ids: list[int]) -> QuerySet[Entry]:
    return Entry.objects.filter(pk__any_of=ids).select_related("details").order_by("actor")


def person_in(reading: ReadableChain, person: UUID) -> list[tuple[UUID, Fact]]:
    """Return one of those who acted in the chain, if they did."""
    return _people(_with_details(reading).filter(actor=person).order_by("-number")[:1])


def _people(entries: Iterable[Entry]) -> list[tuple[UUID, Fact]]:
    return [(entry.actor, entry.facts.get("actor", {})) for entry in entries if entry.actor]


def head(chain: UUID) -> Head | None:
    """Return where the chain stands."""
    last = Entry.objects.filter(chain=chain).order_by("-number").first()
    return Head(chain, last.number, bytes(last.hash)) if last else None


def links(chain: UUID) -> Iterator[Link]:
    """Yield the whole chain in order, with its details, a piece at a time."""
    entries = Entry.objects.filter(chain=chain).select_related("details").order_by("number")
    return (entry.link for entry in entries.iterator(chunk_size=WHOLE_CHAIN))


def checkpoint_documents(chain: UUID, code: str, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return every checkpoint of the chain as it is exported."""
    return [
        checkpoints.document(
            Head(chain, checkpoint.number, bytes(checkpoint.hash)),
            code=code,
            names=names,
            envelopes=[signature.envelope for signature in checkpoint.signatures.all()],
        )
        for checkpoint in _checkpoints([chain]).order_by("number")
    ]


def checkpoints_of(chain: UUID, most: int | None = None) -> list[CheckpointShown]:
    """Return the checkpoints, newest first."""
    return [_checkpoint_shown(row) for row in _latest_checkpoints(most, chain=chain)]


@Prepared
def _latest_checkpoints(most: int | None, /, chain: UUID) -> QuerySet[Checkpoint]:
    rows = Checkpoint.objects.filter(chain=chain).prefetch_related("signatures")
    return rows.order_by("-number")[:most]


def checkpoints_to_sign(sides: Mapping[UUID, UUID]) -> Iterator[tuple[UUID, CheckpointShown]]:
    """Yield the chains whose last checkpoint the given organisation has not signed (chain → organisation)."""
    for chain, shown in newest_checkpoints(list(sides)):
        if not shown.signed_by(sides[chain]):
            yield chain, shown


def newest_checkpoints(chains: list[UUID]) -> Iterator[tuple[UUID, CheckpointShown]]:
    """Yield the last checkpoint of each chain that has one."""
    for checkpoint in _newest_checkpoints(chains=chains):
        yield checkpoint.chain, _checkpoint_shown(checkpoint)


@Prepared
def _newest_checkpoints(chains: list[UUID]) -> QuerySet[Checkpoint]:
    rows = Checkpoint.objects.filter(chain__any_of=chains).prefetch_related("signatures")
    return rows.order_by("chain", "-number").distinct("chain")


def head_to_sign(chain: UUID, organisation: UUID) -> Head | None:
    """Return the head that it is the organisation's turn to sign: a proposed one, or the newest.

    None when it has signed the last checkpoint and nothing has happened since.
    """
    last = _checkpoints([chain]).order_by("-number").first()
    if last and not _checkpoint_shown(last).signed_by(organisation):
        return Head(chain, last.number, bytes(last.hash))
    since = Entry.objects.filter(chain=chain, number__gt=last.number if last else 0)
    return head(chain) if since.exclude(event=CHECKPOINT_SIGNED).exists() else None


EVENTS = """
WITH RECURSIVE found AS (
  (SELECT id, event FROM history_entry WHERE chain = %s ORDER BY event, number DESC LIMIT 1)
  UNION ALL
  SELECT next.* FROM found, LATERAL (
    SELECT id, event FROM history_entry WHERE chain = %s AND event > found.event
    ORDER BY event, number DESC LIMIT 1) next)
SELECT * FROM found
"""
PEOPLE = """
WITH RECURSIVE found AS (
  (SELECT id, actor, record FROM history_entry WHERE chain = %s AND actor IS NOT NULL
     AND event <> ALL (%s) ORDER BY actor, number DESC LIMIT 1)
  UNION ALL
  SELECT next.* FROM found, LATERAL (
    SELECT id, actor, record FROM history_entry WHERE chain = %s AND actor > found.actor
      AND event <> ALL (%s) ORDER BY actor, number DESC LIMIT 1) next)
SELECT * FROM found LIMIT %s
"""


def _checkpoints(chains: Iterable[UUID]) -> QuerySet[Checkpoint]:
    return Checkpoint.objects.filter(chain__in=list(chains)).prefetch_related("signatures")


def _with_details(reading: ReadableChain) -> QuerySet[Entry]:
    """Return the entries with what they tell: their details come with them."""
    return reading.entries.select_related("details")


def _filtered(reading: ReadableChain, filters: Filters) -> QuerySet[Entry]:
    entries = _with_details(reading)
    if filters.milestones:
        entries = entries.filter(event__in=milestones())
    if filters.event:
        entries = entries.filter(event=filters.event)
    elif filters.room:
        entries = entries.alias(room=Room("event")).filter(room=filters.room)
    if filters.person:
        entries = entries.filter(actor=filters.person)
    return _in_period(reading.chain, entries, filters)


def _in_period(chain: UUID, entries: QuerySet[Entry], filters: Filters) -> QuerySet[Entry]:
    """Keep the period. Time never goes back in a chain, so days are a range of numbers.

    The range is the same for every reader: its ends may be entries that somebody does not read.
    """
    by_time = Entry.objects.filter(chain=chain).values_list("number", flat=True)
    if filters.since:
        first = by_time.filter(at__gte=_midnight(filters.since)).order_by("at", "number").first()
        entries = entries.filter(number__gte=first) if first else entries.none()
    if filters.until:
        end = _midnight(filters.until + timedelta(days=1))
        last = by_time.filter(at__lt=end).order_by("-at", "-number").first()
        entries = entries.filter(number__lte=last) if last else entries.none()
    return entries


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _timeline_entry(entry: Entry) -> TimelineEntry:
    return TimelineEntry(
        number=entry.number,
        at=entry.at,
        event=entry.event,
        sentence=sentence_of(entry.event, entry.facts),
        hash=bytes(entry.hash).hex(),
    )


def _checkpoint_shown(checkpoint: Checkpoint) -> CheckpointShown:
    signers, doubtful = [], False
    for signature in sorted(checkpoint.signatures.all(), key=lambda row: row.pk):
        try:
            signers.append(checkpoints.signer_of(signature.envelope))
        except Faulty:
            doubtful = True
    number, sha256 = checkpoint.number, bytes(checkpoint.hash).hex()
    return CheckpointShown(number, sha256, checkpoint.at, signers, doubtful)
