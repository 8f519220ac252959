"""What the room brings."""

from django.utils.translation import gettext_lazy as _

from jointlab.common.events import events_of
from jointlab.common.rooms import Door, Part, Room
from jointlab.parties import events
from jointlab.parties.awaited import awaited_by
from jointlab.parties.history_subjects import subjects
from jointlab.parties.waiting import waiting_for

ROOM = Room(
    "parties",
    _("Partnerships"),
    door=Door("parties:partnerships", "user-group"),
    events=events_of(events),
    labels=events.LABELS,
    chains=subjects,
    waiting=waiting_for,
    awaited=awaited_by,
    parts=(
        Part(_("Overview"), "parties:partnership", "view"),
        Part(_("People"), "parties:people", "view"),
        Part(_("Invitations"), "parties:invitations", "invite"),
        Part(_("History"), "parties:history", "read history"),
    ),
)
