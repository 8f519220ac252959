"""What one does at one's desk. It is one's own affair: the history of a cooperation tells none of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.common import days
from jointlab.common.errors import NotNow
from jointlab.common.letters import send
from jointlab.desk import letters
from jointlab.desk.models import Reminder, Seen
from jointlab.desk.queries import awaited_by
from jointlab.parties.models import Person
from jointlab.parties.policy import read_memberships


@transaction.atomic
def mark_seen(*, by: Person, until: datetime) -> Seen:
    """Say until when one has seen what happened: never later than now, never earlier than before."""
    until = min(until, timezone.now())
    seen, new = Seen.objects.select_for_update().get_or_create(person=by, defaults={"until": until})
    if not new and seen.until < until:
        seen.until = until
        seen.save(update_fields=["until"])
    return seen


@transaction.atomic
def remind(*, by: Person, key: str) -> Reminder:
    """Write to those who have what the person awaits: once a day, whoever of its side asks."""
    thing = next((one for one in awaited_by(read_memberships(by)) if one.key == key), None)
    if thing is None or thing.holders is None:
        raise NotNow(_("This waits for nobody any more, or nobody can be reminded of it."))
    reminder, new = Reminder.objects.get_or_create(key=key, on=days.today(), defaults={"by": by})
    if not new:
        raise NotNow(_("They were reminded of it today. Tomorrow they can be reminded again."))
    for person in thing.holders():
        send(letters.REMINDER, person, by=by, key=key)
    return reminder
