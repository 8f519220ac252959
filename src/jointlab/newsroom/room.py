"""What the room brings."""

from django.utils.translation import gettext_lazy as _

from jointlab.common.events import events_of
from jointlab.common.rooms import Door, Room
from jointlab.newsroom import events, letters
from jointlab.newsroom.queries import waiting_for

ROOM = Room(
    "newsroom",
    _("Newsroom"),
    door=Door("newsroom:stories", "newspaper", public=True),
    events=events_of(events),
    labels=events.LABELS,
    letters=(letters.PUBLISHED,),
    waiting=waiting_for,
)
