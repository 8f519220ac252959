"""What the room writes to people: what comes up, in one letter a night; what was reported, and the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from jointlab.common import days
from jointlab.common.letters import Kind, Letter
from jointlab.obligations import reminder_sections
from jointlab.obligations.access import dues_visible_to
from jointlab.obligations.models import Due
from jointlab.obligations.queries.answering import people_answering, people_owed_to
from jointlab.obligations.subjects import subject_of, subjects_of
from jointlab.parties.models import Person

MOST_LINES = 100
REMINDING = Kind("reminders", _("Due dates and coming ends"))
OBLIGATIONS = Kind("obligations", _("Obligations reported, accepted or returned"))


def _reminders_context(
    _about: Person, person: Person, said: dict[str, Any]
) -> dict[str, Any] | None:
    """Return what is due and what else comes up, but for what was done meanwhile; None: nothing.

    `said` has the thresholds of dues by id, and those of other rooms' things, by room.
    """
    today, things = days.today(), said["further"]
    rows = _owed(person, said).select_related("obligation__owner", "obligation__partnership")
    owed = list(rows.order_by("due_on", "pk"))
    sections = [
        room.section(person, [UUID(key) for key in things[name]])
        for name, room in reminder_sections.rooms_with_reminders().items()
        if name in things
    ]
    lines = sum(len(section.lines) for section in sections)
    if not (owed or lines):
        return None
    subjects = subjects_of(due.obligation for due in owed[:MOST_LINES])
    shown = [(due, subjects[due.subject]) for due in owed[:MOST_LINES]]
    return {
        "total": len(owed) + lines,
        "overdue": [(due, subject) for due, subject in shown if due.due_on < today],
        "dues": [(due, subject) for due, subject in shown if due.due_on >= today],
        "more": len(owed) - len(shown),
        "sections": [section for section in sections if section.lines],
    }


def _owed(person: Person, said: dict[str, Any]) -> QuerySet[Due]:
    return dues_visible_to(person).filter(pk__in=list(said["dues"]), met_at=None, dropped=False)


def _note_reminders_told(_about: Person, person: Person, said: dict[str, Any]) -> None:
    """Note the thresholds of what the letter said: somebody knows of them.

    A letter that was queued before thresholds came with it has a list, and they were noted then.
    """
    if isinstance(said["dues"], list):
        return
    owed = {str(key) for key in _owed(person, said).values_list("pk", flat=True)}
    reminder_sections.note_told(Due.objects.all(), {UUID(key): said["dues"][key] for key in owed})
    for name, room in reminder_sections.rooms_with_reminders().items():
        if name in said["further"]:
            room.told({UUID(key): level for key, level in said["further"][name].items()})


REMINDERS = Letter(
    "obligations/mail/reminders",
    rows=Person.objects.all,
    readers=lambda person: [person],
    may_read=lambda person, about: person == about,
    name="person",
    page="obligations:all-obligations",
    arguments=lambda _person: {},
    context=_reminders_context,
    kind=REMINDING,
    once=True,
    told=_note_reminders_told,
)


def _about_a_due(name: str, rows: Q, readers: Callable[[Due], Iterable[Person]]) -> Letter[Due]:
    """Return a letter about something due, written while it stands as these rows do."""
    joined = ("obligation__partnership", "obligation__organisation", "met_by", "accepted_by")
    return Letter(
        f"obligations/mail/{name}",
        rows=lambda: Due.objects.filter(rows).select_related(*joined),
        readers=readers,
        may_read=lambda person, due: dues_visible_to(person).filter(pk=due.pk).exists(),
        name="due",
        page="obligations:due",
        arguments=lambda due: {
            "kind": due.obligation.subject_kind,
            "code": subject_of(due.obligation).code,
            "pk": due.pk,
        },
        context=lambda due, _person, _said: {"subject": subject_of(due.obligation)},
        kind=OBLIGATIONS,
    )


REPORTED = _about_a_due("reported", Q(met_at__isnull=False, accepted_at=None), people_owed_to)
ACCEPTED = _about_a_due("accepted", Q(accepted_at__isnull=False), people_answering)
RETURNED = _about_a_due(
    "returned", Q(met_at=None, dropped=False) & ~Q(returned_for=""), people_answering
)
