"""What the room brings."""

from django.utils.translation import gettext_lazy as _

from jointlab.common.events import events_of
from jointlab.common.rooms import Room
from jointlab.obligations import events, letters
from jointlab.obligations.queries.awaited import awaited_by
from jointlab.obligations.queries.glance import glance
from jointlab.obligations.queries.waiting import waiting_for

ROOM = Room(
    "obligations",
    _("Obligations"),
    events=events_of(events),
    letters=(letters.REPORTED, letters.ACCEPTED, letters.RETURNED, letters.REMINDERS),
    waiting=waiting_for,
    awaited=awaited_by,
    glance=glance,
)
