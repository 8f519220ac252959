"""What the room's own events say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jointlab.common.events import Event

CHECKPOINT_SIGNED = Event(
    "history.checkpoint_signed",
    _("%(actor)s signed the history up to entry %(number)s for %(organisation)s."),
    kind=_("checkpoint signed"),
)
