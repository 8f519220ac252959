"""What the room brings."""

from django.utils.translation import gettext_lazy as _

from jointlab.agreements import owing, sentences
from jointlab.agreements.queries import waiting_for
from jointlab.agreements.readers import NARROWER, reads_narrower
from jointlab.agreements.services import ends
from jointlab.common.events import Event
from jointlab.common.rooms import Door, Part, Room

EVENTS = tuple(
    Event(
        name,
        sentence,
        kind=sentences.KINDS[name],
        passive=sentences.PASSIVE.get(name),
        narrower=name in NARROWER,
    )
    for name, sentence in sentences.SENTENCES.items()
)
ROOM = Room(
    "agreements",
    _("Agreements"),
    door=Door("agreements:agreements", "document-check"),
    events=EVENTS,
    labels=sentences.LABELS,
    reads_narrower=reads_narrower,
    waiting=waiting_for,
    parts=(Part(_("Agreements"), "agreements:of-partnership", "view"),),
    owing=owing,
    reminders=ends,
)
