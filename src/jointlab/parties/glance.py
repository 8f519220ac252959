"""A partnership at a glance: what each room says of it, then what changed."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jointlab.common.rooms import Glance, all_rooms
from jointlab.common.show import day
from jointlab.history.access import ReadableChain
from jointlab.history.queries import count_since
from jointlab.parties.models import Partnership
from jointlab.parties.policy import Reader

LATELY = timedelta(days=30)


def glances_of(
    user: Reader, partnership: Partnership, reading: ReadableChain | None
) -> list[Glance]:
    """Return what the rooms say, and what changed for whoever reads the history: `reading`."""
    asked = [room.glance(user, partnership) for room in all_rooms() if room.glance]
    said = [glance for glance in asked if glance is not None]
    return [*said, _what_changed(partnership, reading)] if reading else said


def _what_changed(partnership: Partnership, reading: ReadableChain) -> Glance:
    count, last = count_since(reading, timezone.now() - LATELY)
    url = reverse("parties:history", args=[partnership.code])
    words = _("Nothing in 30 days")
    if last is not None:
        said = ngettext(
            "%(count)s entry in 30 days, on %(day)s",
            "%(count)s entries in 30 days, the last on %(day)s",
            count,
        )
        words = said % {"count": count, "day": day(timezone.localtime(last).date())}
    milestones = reverse("parties:milestones", args=[partnership.code])
    lines = [(words, url), (_("Milestones"), milestones)]
    return Glance(_("What changed"), lines, url)
