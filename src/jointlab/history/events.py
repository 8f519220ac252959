"""What the room's own events say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jointlab.common.events import Event

CHECKPOINT_SIGNED = Event(
    "history.checkpoint_signed",
    _("%(actor)s signed the history up to entry %(number)s for %(organisation)s."),
    kind=_("checkpoint signed"),
)
DETAILS_ERASED = Event(
    "history.details_erased",
    _(
        "%(actor)s erased a person’s details from this history "
        "(details: %(details)s; entries: %(entries)s)."
    ),
    kind=_("details erased"),
)
