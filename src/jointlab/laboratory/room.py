"""What the room brings."""

from django.utils.translation import gettext_lazy as _

from jointlab.common.events import events_of
from jointlab.common.rooms import Door, Part, Room
from jointlab.laboratory import events, letters
from jointlab.laboratory.queries.glance import glance
from jointlab.laboratory.queries.waiting import awaited_by, waiting_for

ROOM = Room(
    "laboratory",
    _("Laboratories"),
    door=Door("laboratory:laboratories", "beaker"),
    events=events_of(events),
    labels=events.LABELS,
    letters=(letters.CONFIRMED, letters.UNVEILED),
    waiting=waiting_for,
    awaited=awaited_by,
    glance=glance,
    parts=(Part(_("Laboratories"), "laboratory:of-partnership", "view"),),
)
