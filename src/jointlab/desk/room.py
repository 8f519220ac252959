"""What the room brings."""

from django.utils.translation import gettext_lazy as _

from jointlab.common.rooms import Door, Room
from jointlab.desk import letters
from jointlab.desk.queries import count_for

ROOM = Room(
    "desk",
    _("Desk"),
    door=Door("desk:desk", "inbox", waiting=count_for),
    letters=(letters.REMINDER,),
)
