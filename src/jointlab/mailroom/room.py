"""What the room brings."""

from django.utils.translation import gettext_lazy as _

from jointlab.common.events import events_of
from jointlab.common.rooms import Room
from jointlab.mailroom import events
from jointlab.mailroom.queries import waiting_for
from jointlab.mailroom.services.failures import hear

ROOM = Room(
    "mailroom", _("Notifications"), events=events_of(events), waiting=waiting_for, heard=hear
)
