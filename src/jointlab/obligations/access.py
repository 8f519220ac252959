"""Who may do what with something owed, and the only way to get it.

Everybody whom a partnership binds reads what its sides owe. The rooms whose things ask for it have
no say in that; only a page of one subject's obligations is for those who see the subject.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from jointlab.common.errors import NotAllowed, Refusal
from jointlab.common.prepared import Prepared
from jointlab.common.rows import first_visible, get_visible
from jointlab.obligations.models import Due, EvidenceFile, Obligation
from jointlab.obligations.subjects import Heading, get_heading
from jointlab.parties.models import Membership, Memberships, Role
from jointlab.parties.policy import Policy, Reader

OFFICE = frozenset({Role.OFFICE})
BOUND = frozenset(Role) - {Role.STUDENT}
AFTER_THE_END = OFFICE | {Role.SIGNATORY, Role.AUDITOR}


def _refuse_unless_answerable(member: Membership, obligation: Obligation) -> Refusal | None:
    answers = obligation.owner_id == member.person_id or Role.OFFICE in member.roles
    if answers and member.organisation_id == obligation.organisation_id:
        return None
    return NotAllowed(
        _(
            "Only the responsible person, or the partnership office of their side, can report it as done."
        )
    )


def _refuse_unless_owing(member: Membership, obligation: Obligation) -> Refusal | None:
    if member.organisation_id == obligation.organisation_id:
        return None
    return NotAllowed(_("Only the obliged side can name the responsible person."))


def _refuse_unless_owed_to(member: Membership, obligation: Obligation) -> Refusal | None:
    if member.organisation_id != obligation.organisation_id:
        return None
    return NotAllowed(_("Only the other side can confirm or return it."))


# What outlives a partnership is still owed.
POLICY = Policy(
    during={
        "read": BOUND,
        "meet": BOUND,
        "assign": OFFICE,
        "accept": OFFICE,
        "return": OFFICE,
    },
    afterwards={
        "read": AFTER_THE_END,
        "meet": AFTER_THE_END,
        "assign": OFFICE,
        "accept": OFFICE,
        "return": OFFICE,
    },
    rules={
        "meet": _refuse_unless_answerable,
        "assign": _refuse_unless_owing,
        "accept": _refuse_unless_owed_to,
        "return": _refuse_unless_owed_to,
    },
)


@dataclass(frozen=True)
class DueForReader:
    """A due for one reader: with its subject, and the membership by which they may read it."""

    due: Due
    heading: Heading
    own: Membership


def offers_of(found: DueForReader) -> frozenset[str]:
    """Return what pages offer the reader to do with something due, as it stands today."""
    due, obligation, own = found.due, found.due.obligation, found.own
    owed = obligation.is_owed
    fitting = {
        "meet": owed and due.is_open,
        "assign": owed,
        "accept": due.is_reported,
        "return": owed and due.is_reported,
    }
    return frozenset(to for to, fits in fitting.items() if fits and POLICY.may(to, own, obligation))


def readers(today: date | None = None) -> Memberships:
    """Return the memberships that let somebody read today what their partnership's sides owe."""
    return POLICY.holders("read", today)


def owner_still_answers(today: date | None = None) -> Exists:
    """Return the condition that a due's owner can still answer for it; otherwise the office does."""
    there = readers(today).filter(
        partnership=OuterRef("obligation__partnership"),
        organisation=OuterRef("obligation__organisation"),
        person=OuterRef("obligation__owner"),
    )
    return Exists(there)


def people_of_side(obligation: Obligation) -> Memberships:
    """Return who can answer for an obligation: the owing side's people who may read it."""
    return readers().filter(
        partnership=obligation.partnership_id, organisation=obligation.organisation_id
    )


def dues_visible_to(user: Reader) -> QuerySet[Due]:
    """Return what falls due in the partnerships that bind the person."""
    bound = POLICY.partnerships(user, "read")
    return Due.objects.filter(obligation__partnership__in=bound)


def get_due(user: Reader, kind: str, code: str, pk: UUID, to: str = "read") -> DueForReader:
    """Return something due of the subject of that room and code, to look at or for that action."""
    heading = get_heading(user, kind, code)
    due = first_visible(_due_of_subject(pk=pk, subject=heading.subject.id))
    return DueForReader(due, heading, POLICY.authorise(user, to, due.obligation))


@Prepared
def _due_of_subject(pk: UUID, subject: UUID) -> QuerySet[Due]:
    joined = ("obligation__partnership", "obligation__owner", "obligation__organisation")
    rows = Due.objects.filter(pk=pk, subject=subject)
    return rows.select_related(*joined, "met_by", "accepted_by")


def get_evidence(user: Reader, pk: UUID) -> EvidenceFile:
    """Return a file that shows that something owed was done."""
    return get_visible(EvidenceFile.objects.filter(due__in=dues_visible_to(user)), pk=pk)
