"""What the room brings."""

from django.utils.translation import gettext_lazy as _

from jointlab.common.rooms import Door, Room

ROOM = Room("desk", _("Desk"), door=Door("desk:desk", "inbox"))
