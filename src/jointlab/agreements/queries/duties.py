"""What is owed: lists of dues, how each stands today, and what the reader may do with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.agreements.access import POLICY, people_of_side, readers
from jointlab.agreements.models import (
    Agreement,
    Due,
    Ending,
    EvidenceFile,
    Obligation,
    Standing,
    State,
)
from jointlab.parties.models import Membership, Organisation, Person, Role
from jointlab.parties.policy import Reader, membership_of

PAGE = 30
SOON = timedelta(days=30)
OPEN = Q(met_at=None, dropped=False)
OVER = (Standing.EXPIRED, Standing.TERMINATED)


@dataclass(frozen=True)
class Owed:
    """Something due, how it stands as one of the five states and a word, and who answers for it.

    `left` says that who was named to answer for it is no longer of that side.
    """

    due: Due
    state: str
    word: str
    left: bool


@dataclass(frozen=True)
class Offers:
    """What the reader may do with something due: pages offer no more than that."""

    meet: bool
    assign: bool
    give_back: bool


def dues_of(agreement: Agreement) -> QuerySet[Due]:
    """Return what falls due by an agreement."""
    return agreement.dues.all()


def files_of(due: Due) -> QuerySet[EvidenceFile]:
    """Return the files that show that something was done, without what they hold."""
    return due.files.defer("data").order_by("at", "pk")


def narrowed(rows: QuerySet[Due], show: str = "", side: str = "") -> QuerySet[Due]:
    """Return those that are "open", "overdue" or "met", and that a side owes; else all."""
    today = timezone.localdate()
    over = Q(agreement__ends_on__lt=today) & ~Q(agreement__ending=Ending.SUPERSEDED)
    shown = {
        "open": OPEN & ~over,
        "overdue": OPEN & ~over & Q(due_on__lt=today),
        "met": Q(met_at__isnull=False),
    }
    if show in shown:
        rows = rows.filter(shown[show])
    return rows.filter(obligation__organisation=UUID(side)) if side else rows


def in_order(rows: QuerySet[Due]) -> QuerySet[Due]:
    """Return dues with what a page says of them, the soonest first."""
    joined = ("obligation__owner", "obligation__organisation", "agreement__partnership")
    return rows.select_related(*joined).order_by("due_on", "pk")


def owed_by_my_sides(user: Reader) -> QuerySet[Due]:
    """Return what the person's own sides still owe by agreements that they see."""
    places = [
        Q(agreement__partnership=own.partnership_id, obligation__organisation=own.organisation_id)
        for own in POLICY.memberships(user, "read")
    ]
    # Who may read what is signed sees each of these; named places are found by their indexes.
    if not places:
        return Due.objects.none()
    return narrowed(Due.objects.filter(reduce(or_, places), agreement__state=State.SIGNED), "open")


def sides_of(agreement: Agreement) -> list[Organisation]:
    """Return the organisations of the agreement's partnership, in their order."""
    return [
        side.organisation for side in agreement.partnership.sides.select_related("organisation")
    ]


def owed(dues: Iterable[Due]) -> list[Owed]:
    """Return how each stands: one query more, for who of the named has left."""
    rows = list(dues)
    live = _live(rows)
    return [_owed(row, live) for row in rows]


def people_to_name(obligation: Obligation) -> QuerySet[Membership]:
    """Return who can answer for an obligation, by name."""
    rows = people_of_side(obligation)
    return rows.select_related("person").order_by("person__name_own", "pk")


def offers_of(user: Person, due: Due) -> Offers:
    """Return what the person may do with it today."""
    agreement, obligation = due.agreement, due.obligation
    own = membership_of(user, agreement.partnership)
    rights = POLICY.rights(own)
    side = own is not None and own.organisation_id == obligation.organisation_id
    binds = agreement.standing in (Standing.IN_FORCE, Standing.SUPERSEDED)
    answers = own is not None and (obligation.owner_id == user.pk or Role.OFFICE in own.roles)
    return Offers(
        meet=binds and side and answers and due.is_open,
        assign=binds and side and "assign" in rights,
        give_back=binds and not side and "return" in rights and due.met_at is not None,
    )


def _owed(due: Due, live: set[tuple[UUID, UUID, UUID]]) -> Owed:
    obligation = due.obligation
    place = (due.agreement.partnership_id, obligation.organisation_id, obligation.owner_id)
    state, word = _standing(due)
    return Owed(due, state, word, obligation.owner_id is not None and place not in live)


def _standing(due: Due) -> tuple[str, str]:
    today = timezone.localdate()
    if due.met_at is not None:
        return "passed", _("Met")
    if due.dropped or due.agreement.standing in OVER:
        return "ended", _("Fell away")
    if due.due_on < today:
        return "failed", _("Overdue")
    if due.returned_for:
        return "waiting", _("Returned")
    return ("waiting", _("Due soon")) if due.due_on <= today + SOON else ("going", _("Open"))


def _live(dues: Iterable[Due]) -> set[tuple[UUID, UUID, UUID]]:
    owners = {row.obligation.owner_id for row in dues if row.obligation.owner_id}
    rows = readers().filter(person__in=owners)
    return set(rows.values_list("partnership", "organisation", "person"))
