"""What the nightly letter says of agreements: those that end, or go on unless a side gives notice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from uuid import UUID

from django.utils import formats
from django.utils.translation import gettext as _

from jointlab.agreements.access import agreements_visible_to, readers
from jointlab.agreements.force.queries.endings import Coming, coming_ends
from jointlab.agreements.models import Agreement
from jointlab.obligations.reminder_sections import Section, note_told
from jointlab.obligations.services.reminders import new_threshold
from jointlab.parties.models import Person, Role


def coming() -> Iterator[tuple[UUID, UUID, int]]:
    """Yield the offices of every side with what ends, and the threshold that it has passed."""
    news = []
    for end in coming_ends(Agreement.objects.all()):
        level = new_threshold(end.agreement.noticed, end.last_word)
        if level is not None:
            news.append((end.agreement, level))
    offices = _offices({agreement.partnership_id for agreement, _level in news})
    for agreement, level in news:
        for person in offices[agreement.partnership_id]:
            yield person, agreement.pk, level


def told(things: Mapping[UUID, int]) -> None:
    """Note of each agreement that somebody was told of that threshold."""
    note_told(Agreement.objects.all(), things)


def section(person: Person, things: Collection[UUID]) -> Section:
    """Return what of these agreements still ends, or goes on, soon."""
    visible = agreements_visible_to(person).filter(pk__in=things).select_related("partnership")
    return Section(_("Ending soon:"), [_line(end) for end in coming_ends(visible)])


def _line(end: Coming) -> str:
    if end.goes_on:
        what = _("goes on for a year after %(day)s, unless a side gives notice by %(last)s")
    else:
        what = _("ends on %(day)s")
    days = {"day": formats.date_format(end.ends_on), "last": formats.date_format(end.last_word)}
    return f"{end.agreement} ({end.agreement.partnership.name})\n  {what % days}"


def _offices(partnerships: Collection[UUID]) -> Mapping[UUID, list[UUID]]:
    """Return who is in the offices of any side, by partnership: one query."""
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    rows = readers().filter(partnership__in=partnerships, roles__contains=[Role.OFFICE])
    for partnership, person in rows.values_list("partnership", "person"):
        found[partnership].append(person)
    return found
