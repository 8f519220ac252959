"""What the room's events say in the history; the room that recorded earlier ones tells them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jointlab.common.events import Event, Facts
from jointlab.common.names import Text

ANSWERS = _(
    "%(actor)s named %(owner)s as the person responsible for “%(what)s”, owed by %(subject)s."
)
NOBODY_ANSWERS = _(
    "%(actor)s named nobody as responsible for “%(what)s”, owed by %(subject)s: the partnership office is."
)


def _assigned(facts: Facts) -> Text:
    return ANSWERS if facts.get("owner") else NOBODY_ANSWERS


ASSIGNED = Event(
    "obligations.assigned",
    _assigned,
    kind=_("obligation assigned"),
)
MET = Event(
    "obligations.met",
    _("%(actor)s reported “%(what)s”, due on %(due)s by %(subject)s, as done."),
    kind=_("obligation met"),
)
ACCEPTED = Event(
    "obligations.accepted",
    _("%(actor)s accepted “%(what)s”, due on %(due)s by %(subject)s, as done."),
    kind=_("obligation accepted"),
)
RETURNED = Event(
    "obligations.returned",
    _("%(actor)s returned “%(what)s”, due on %(due)s by %(subject)s: %(reason)s"),
    kind=_("obligation returned"),
)
