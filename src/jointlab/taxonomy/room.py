"""What the room brings."""

from django.utils.translation import gettext_lazy as _

from jointlab.common.events import events_of
from jointlab.common.rooms import Door, Room
from jointlab.taxonomy import events

ROOM = Room(
    "taxonomy",
    _("Fields and skills"),
    door=Door("taxonomy:fields", "tag"),
    events=events_of(events),
    labels=events.LABELS,
)
