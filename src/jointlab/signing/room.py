"""What the room brings."""

from django.utils.translation import gettext_lazy as _

from jointlab.common.events import events_of
from jointlab.common.rooms import Room
from jointlab.signing import events

ROOM = Room("signing", _("Certificates"), events=events_of(events), labels=events.LABELS)
