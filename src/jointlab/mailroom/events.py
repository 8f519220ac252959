"""What the room's events say in the history."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jointlab.common.events import Event

CHOSEN = Event(
    "mailroom.chosen",
    _("%(actor)s chose which e-mails to get."),
    kind=_("e-mails chosen"),
)
SENT_AGAIN = Event(
    "mailroom.sent_again",
    _("%(actor)s had an e-mail sent again that had failed."),
    kind=_("e-mail sent again"),
)
SET_ASIDE = Event(
    "mailroom.set_aside",
    _("%(actor)s set aside an e-mail that had failed."),
    kind=_("e-mail set aside"),
)
HOOK_ADDED = Event(
    "mailroom.hook_added",
    _("%(actor)s added %(service)s to be notified there."),
    kind=_("messaging service added"),
)
HOOK_REMOVED = Event(
    "mailroom.hook_removed",
    _("%(actor)s removed %(service)s: no more notifications go there."),
    kind=_("messaging service removed"),
)
