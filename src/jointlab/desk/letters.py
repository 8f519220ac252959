"""What the desk writes to people: that somebody reminds them of what waits for them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from jointlab.common.letters import Kind, Letter
from jointlab.desk.queries import waiting_for
from jointlab.parties.models import Person
from jointlab.parties.policy import read_memberships


def _of_what(_about: Person, person: Person, said: dict[str, Any]) -> dict[str, Any] | None:
    """Return the thing as it stands on the reader's own desk; None: it waits for them no more."""
    found = waiting_for(read_memberships(person))
    thing = next((one for one in found if one.key == said["key"]), None)
    return {"thing": thing, "link": settings.ORIGIN + thing.url} if thing else None


REMINDER = Letter(
    "desk/mail/reminder",
    rows=Person.objects.all,
    readers=lambda person: [person],
    may_read=lambda person, about: person == about,
    name="person",
    page="desk:desk",
    arguments=lambda _person: {},
    context=_of_what,
    kind=Kind("asked", _("Reminders that somebody sends you")),
)
