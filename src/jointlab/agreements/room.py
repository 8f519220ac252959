"""What the room brings."""

from django.utils.translation import gettext_lazy as _

from jointlab.agreements import events, letters, owing
from jointlab.agreements.access import beginnings, reads_drafts_of
from jointlab.agreements.awaited import awaited_by
from jointlab.agreements.force.queries.notices_of_end import banners
from jointlab.agreements.force.services import reminders
from jointlab.agreements.glance import glance
from jointlab.agreements.waiting import waiting_for
from jointlab.common.events import events_of
from jointlab.common.rooms import Door, Part, Room

ROOM = Room(
    "agreements",
    _("Agreements"),
    door=Door("agreements:agreements", "document-check"),
    events=events_of(events),
    labels=events.LABELS,
    reads_narrower=reads_drafts_of,
    chains=beginnings,
    letters=letters.ALL,
    waiting=waiting_for,
    awaited=awaited_by,
    banners=banners,
    parts=(Part(_("Agreements"), "agreements:of-partnership", "view"),),
    glance=glance,
    owing=owing,
    reminders=reminders,
)
