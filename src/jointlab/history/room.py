"""What the room brings."""

from django.utils.translation import gettext_lazy as _

from jointlab.common.events import events_of
from jointlab.common.rooms import Room
from jointlab.history import events

ROOM = Room("history", _("History"), events=events_of(events))
