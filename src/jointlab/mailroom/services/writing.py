"""Writing letters: at once, in the day's one e-mail, or not at all, as each reader chose."""

from __future__ import annotations

import zoneinfo
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from jointlab.common import letters, mail
from jointlab.common.jobs import defer_once
from jointlab.common.letters import Pace, Written
from jointlab.mailroom.models import Kept
from jointlab.mailroom.queries import pace_of
from jointlab.mailroom.services.hooks import ring_hooks_of
from jointlab.parties.models import Person

HOUR = 7  # when the day's e-mail is written, in its reader's zone
MOST = 100


def write_letter(
    *, letter: str, about: str, person: str, by: str | None, said: dict[str, Any]
) -> None:
    """Write one letter to one reader, or keep it for the day's e-mail: the worker's part."""
    reader = Person.objects.get(pk=person)
    pace = pace_of(reader, letters.declared(letter).kind)
    if pace == Pace.DAILY:
        # Written twice, it is told once: a worker may die before its job is noted as done.
        Kept.objects.get_or_create(
            {"at": timezone.now()}, person=reader, letter=letter, about=about, by=by, said=said
        )
    elif pace == Pace.NOW:
        written = letters.write_letter(letter, about=about, person=person, by=by, said=said)
        if written is not None:
            written.message.send()
            written.note_told()
            ring_hooks_of(reader)


def begin_digests() -> None:
    """Have the day's e-mail written to everybody for whom one is due: asked every hour."""
    now = timezone.now()
    for person in Person.objects.filter(pk__in=Kept.objects.values("person")):
        if _due(person, now).exists():
            defer_once("mailroom.write_digest", f"digest {person.pk}", person=str(person.pk))


def write_digest(*, person: str) -> None:
    """Write the day's e-mail: what is still to be told of what was kept; the worker's part."""
    reader = Person.objects.get(pk=person)
    rows = list(_due(reader, timezone.now()).order_by("at", "pk"))
    written = [found for row in rows if (found := _written(row))]
    if written and reader.email:
        _compose(reader, written).send()
        for each in written:
            each.note_told()
        ring_hooks_of(reader)
    Kept.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _due(person: Person, now: datetime) -> Any:
    """Return what was kept before the last morning: at most one e-mail a day, and none is left out."""
    zone = zoneinfo.ZoneInfo(person.time_zone) if person.time_zone else None
    local = timezone.localtime(now, zone or timezone.get_default_timezone())
    morning = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if morning > local:
        morning -= timedelta(days=1)
    return Kept.objects.filter(person=person, at__lt=morning)


def _written(row: Kept) -> Written | None:
    """Return the letter as it would be now; None also when its reader wants none any more."""
    person = str(row.person_id)
    if pace_of(row.person, letters.declared(row.letter).kind) == Pace.NEVER:
        return None
    return letters.write_letter(
        row.letter, about=row.about, person=person, by=row.by, said=row.said
    )


def _compose(reader: Person, written: list[Written]) -> Any:
    lines = dict.fromkeys((each.message.subject, each.link) for each in written)
    shown = list(lines)[:MOST]
    message = mail.compose(
        "mailroom/mail/digest",
        to=reader.email or "",
        language=reader.language,
        zone=reader.time_zone,
        number=len(lines),
        lines=shown,
        more=len(lines) - len(shown),
        link=mail.link("desk:desk", reader.language),
    )
    message.body += letters.ways_out(reader)
    return message
