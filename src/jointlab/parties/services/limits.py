"""How many letters of invitation a person and a side may send: an hour, and a day.

Whoever gets hold of an office's session must not turn the platform into a sender of bulk mail.
The count stands in the database's cache table, and in the transaction of what it counts.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.common import show
from jointlab.common.errors import NotNow
from jointlab.parties.models import Organisation, Person

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
A_PERSON = {HOUR: 30, DAY: 100}
A_SIDE = {HOUR: 60, DAY: 200}


def count_invitation(*, by: Person, side: Organisation) -> None:
    """Count a letter that is about to be sent; raise NotNow, saying when, where it is one too many."""
    _count("side", side.pk, A_SIDE)
    _count("person", by.pk, A_PERSON)


def _count(whose: str, key: UUID, limits: dict[timedelta, int]) -> None:
    """Count one letter of the side's or the person's."""
    name = f"parties.invitations:{whose}:{key}"
    with connection.cursor() as cursor:  # two at once take turns until they commit
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])
    now = timezone.now()
    sent = [moment for moment in cache.get(name, []) if moment > now - DAY]
    full = [free for span, most in limits.items() if (free := _free(sent, span, most)) > now]
    if full:
        raise NotNow(
            _("Too many invitations in a short time: the next can be sent from %(when)s.")
            % {"when": _written(max(full))}
        )
    cache.set(name, [*sent, now], DAY.total_seconds())


def _free(sent: list[datetime], span: timedelta, most: int) -> datetime:
    """Return when one more can be sent, so that no span holds more than that many."""
    return sent[-most] + span if len(sent) >= most else datetime.min.replace(tzinfo=UTC)


def _written(moment: datetime) -> str:
    moment = show.local(moment + timedelta(minutes=1))  # it is shown to the minute, rounded up
    return f"{show.day(moment)}, {show.clock(moment)} ({show.zone(moment)})"
