"""Who may do what with an agreement, and the only way to get one.

A draft is for those who negotiate for the side that began it; once it is sent, for those of every
side; what is signed, for everybody whom it binds; whoever is asked to sign sees what they are asked
to sign.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypedDict
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from jointlab.agreements.models import (
    Agreement,
    Comment,
    EndNotice,
    Publication,
    Signature,
    State,
    Version,
)
from jointlab.agreements.rules import (
    can_be_approved,
    can_be_asked_back,
    can_be_cleared,
    can_be_followed,
    can_be_noted,
    can_be_objected_to,
    can_be_reminded,
    can_be_sent,
    can_be_taken_back,
    can_be_terminated,
    can_be_withdrawn,
    is_approved,
    is_of_the_authors_side,
    takes_a_deputy,
    why_not_negotiated,
)
from jointlab.common.errors import NotVisible
from jointlab.common.prepared import Prepared
from jointlab.common.rooms import Subject
from jointlab.common.rows import first_visible, get_visible
from jointlab.parties import access as parties
from jointlab.parties.access import Sides
from jointlab.parties.models import Membership, Memberships, Partnership, Role
from jointlab.parties.policy import Policy, Reader, membership_of, own_memberships

OFFICE = frozenset({Role.OFFICE})
NEGOTIATORS = OFFICE | {Role.SIGNATORY, Role.HEAD}
APPROVERS = OFFICE | {Role.SIGNATORY}
BOUND = frozenset(Role) - {Role.STUDENT}


GIVERS = frozenset({Role.OFFICE, Role.HEAD, Role.ENGINEER, Role.RESEARCHER})
ANSWERING = OFFICE | {Role.HEAD}
# When the partnership has ended, what was agreed can be read, what outlives it be ended, and a new
# text begun.
POLICY = Policy(
    during={
        "read": BOUND,
        "read drafts": NEGOTIATORS | {Role.AUDITOR},
        "draft": OFFICE,
        "edit": OFFICE,
        "send": OFFICE,
        "comment": NEGOTIATORS,
        "settle": NEGOTIATORS,
        "approve": APPROVERS,
        "reopen": OFFICE,
        "remind signer": APPROVERS,
        "name deputy": APPROVERS,
        "follow": OFFICE,
        "terminate": frozenset({Role.SIGNATORY}),
        "let end": APPROVERS,
        "note end": APPROVERS,
        "ask back": APPROVERS,
        "take back": APPROVERS,
        "give notice": GIVERS,
        "clear": ANSWERING,
        "object": ANSWERING,
        "withdraw notice": GIVERS,
    },
    afterwards={
        "read": APPROVERS | {Role.AUDITOR},
        "read drafts": APPROVERS | {Role.AUDITOR},
        "draft": OFFICE,
        "edit": OFFICE,
        "send": OFFICE,
        "comment": APPROVERS,
        "settle": APPROVERS,
        "approve": APPROVERS,
        "reopen": OFFICE,
        "remind signer": APPROVERS,
        "name deputy": APPROVERS,
        "follow": OFFICE,
        "terminate": frozenset({Role.SIGNATORY}),
        "let end": APPROVERS,
        "note end": APPROVERS,
        "ask back": APPROVERS,
        "take back": APPROVERS,
    },
    rules={
        "edit": why_not_negotiated,
        "send": can_be_sent,
        "approve": can_be_approved,
        "settle": is_of_the_authors_side,
        "reopen": is_approved,
        "remind signer": can_be_reminded,
        "name deputy": takes_a_deputy,
        "follow": can_be_followed,
        "terminate": can_be_terminated,
        "note end": can_be_noted,
        "ask back": can_be_asked_back,
        "take back": can_be_taken_back,
        "clear": can_be_cleared,
        "object": can_be_objected_to,
        "withdraw notice": can_be_withdrawn,
    },
)


def rights_of(user: Reader, partnership: Partnership) -> frozenset[str]:
    """Return what the person's roles let them do with the partnership's agreements."""
    return POLICY.rights(membership_of(user, partnership))


def own_membership(user: Reader, agreement: Agreement) -> Membership:
    """Return the membership by which the person negotiates; NotVisible for whoever has none."""
    own = membership_of(user, agreement.partnership)
    if own is None:
        raise NotVisible
    return own


def readers() -> Memberships:
    """Return the memberships that let somebody read today what their partnership has signed."""
    return POLICY.holders("read")


def reads_drafts_of(user: Reader, chain: UUID) -> bool | list[UUID]:
    """Whether the person may read drafts of that partnership.

    In the chain of their own organisation: the partnerships in which they do so for it.
    """
    own = POLICY.memberships(user, "read drafts")
    if any(member.partnership_id == chain for member in own):
        return True
    return [row.partnership_id for row in own if row.organisation_id == chain] or False


def beginnings() -> Iterator[Subject]:
    """Yield what has a chain of its own: each agreement that began as a draft of one side."""
    for row in Agreement.objects.exclude(draft_code=None).order_by("pk").iterator():
        yield Subject(row.pk, row.draft_code or "", row.names)


def agreements_visible_to(user: Reader) -> QuerySet[Agreement]:
    """Return the agreements that the person sees: by role, or because they are asked to sign."""
    if not (own := own_memberships(user)):
        return Agreement.objects.none()
    return _visible(**_reach(own))


def get_agreement(user: Reader, code: str, to: str = "") -> Agreement:
    """Return the agreement of that code, to look at or for that action."""
    if not (own := own_memberships(user)):
        raise NotVisible
    agreement = first_visible(_visible_of_code(code=code, **_reach(own)))
    if to:
        POLICY.authorise(user, to, agreement)
    return agreement


def may_see(user: Reader, agreement: Agreement) -> bool:
    """Whether the person sees the agreement."""
    own = own_memberships(user)
    return bool(own) and bool(_visible_of_code(code=agreement.code, **_reach(own)))


class _Reach(TypedDict):
    """By what somebody sees agreements."""

    own: Sides  # whose drafts they read
    drafts: list[UUID]  # partnerships: what is sent
    signed: list[UUID]
    person: UUID
    sides: Sides  # on which they may be asked to sign what they otherwise do not see


def _reach(own: Sequence[Membership]) -> _Reach:
    reading = POLICY.with_right(own, "read drafts")
    drafts = [row.partnership_id for row in reading]
    signed = [row.partnership_id for row in POLICY.with_right(own, "read")]
    sides = parties.sides_of(row for row in own if row.partnership_id not in drafts)
    return {
        "own": parties.sides_of(reading),
        "drafts": drafts,
        "signed": signed,
        "person": own[0].person_id,
        "sides": sides,
    }


def _visible(
    own: Sides, drafts: list[UUID], signed: list[UUID], person: UUID, sides: Sides
) -> QuerySet[Agreement]:
    visible = Q(sent_at__isnull=False, partnership__any_of=drafts)
    visible |= Q(state=State.SIGNED, partnership__any_of=signed)
    if own:
        visible |= parties.belongs_to_sides(own, "partnership", "begun_by")
    if sides:
        visible |= Q(pk__in=_asked_to_sign(person, sides).values("agreement"))
    return Agreement.objects.filter(visible)


@Prepared
def _visible_of_code(
    code: str, own: Sides, drafts: list[UUID], signed: list[UUID], person: UUID, sides: Sides
) -> QuerySet[Agreement]:
    rows = _visible(own, drafts, signed, person, sides)
    # Whoever had it open when it was sent still saves under the code that it had.
    return rows.filter(Q(code=code) | Q(draft_code=code)).select_related("partnership")


def versions_visible_to(user: Reader, agreement: Agreement) -> QuerySet[Version]:
    """Return the versions that the person reads, of an agreement that they see.

    What was written before it was sent is for the side that began it.
    """
    if reads_beginning(user, agreement):
        return agreement.versions.all()
    return agreement.versions.filter(number__gte=agreement.sent_version or 0)


def reads_beginning(user: Reader, agreement: Agreement) -> bool:
    """Whether the person reads what happened before the agreement was sent."""
    own = membership_of(user, agreement.partnership)
    return own is not None and own.organisation_id == agreement.begun_by_id


def signatures_asked_of(user: Reader) -> QuerySet[Signature]:
    """Return the places to sign that the person was asked for, of the side that they are on today."""
    if not (own := own_memberships(user)):
        return Signature.objects.none()
    return _asked_to_sign(own[0].person_id, parties.sides_of(own))


def _asked_to_sign(person: UUID, sides: Sides) -> QuerySet[Signature]:
    side = parties.belongs_to_sides(sides, "agreement__partnership", "organisation")
    return Signature.objects.filter(side, person=person, asked_at__isnull=False)


def get_partnership(user: Reader, code: str, to: str = "view") -> Partnership:
    """Return the partnership of that code, to list its agreements or for that action."""
    return parties.get_partnership(user, code, to, POLICY)


def comments_visible_to(user: Reader, agreement: Agreement) -> QuerySet[Comment]:
    """Return the comments of both sides, and those that the person's own side keeps to itself.

    Whoever sees the agreement only to sign it, or because it binds them, reads none.
    """
    side = _side_that_comments(user, agreement)
    return _comments(agreement.pk, side) if side else Comment.objects.none()


def open_comments_by_clause(user: Reader, agreement: Agreement) -> dict[str, int]:
    """Return how many comments that the person sees are open, by clause."""
    side = _side_that_comments(user, agreement)
    return open_comments_of(agreement, side) if side else {}


def open_comments_of(agreement: Agreement, side: UUID) -> dict[str, int]:
    """Return how many open comments that side knows of, by clause."""
    return dict(_open_by_clause(agreement=agreement.pk, side=side))


def _side_that_comments(user: Reader, agreement: Agreement) -> UUID | None:
    own = membership_of(user, agreement.partnership)
    return own.organisation_id if own and "read drafts" in POLICY.rights(own) else None


def _comments(agreement: UUID, side: UUID) -> QuerySet[Comment]:
    rows = Comment.objects.filter(agreement=agreement)
    return rows.filter(Q(own_side=False) | Q(organisation=side))


@Prepared
def _open_by_clause(agreement: UUID, side: UUID) -> QuerySet[Comment, tuple[str, int]]:
    rows = _comments(agreement, side).filter(settled_at=None)
    return rows.values_list("clause").annotate(number=Count("pk")).order_by()


def get_comment(user: Reader, code: str, pk: UUID, to: str = "") -> Comment:
    """Return a comment on the agreement of that code."""
    agreement = get_agreement(user, code)
    comment = get_visible(comments_visible_to(user, agreement), pk=pk)
    comment.agreement = agreement
    if to:
        POLICY.authorise(user, to, comment)
    return comment


def get_signature(user: Reader, code: str, pk: UUID, to: str) -> Signature:
    """Return a place to sign of the agreement of that code."""
    agreement = get_agreement(user, code)
    signature = get_visible(agreement.signatures.select_related("person"), pk=pk)
    signature.agreement = agreement
    POLICY.authorise(user, to, signature)
    return signature


def get_end_notice(user: Reader, code: str, pk: UUID, to: str) -> EndNotice:
    """Return a notice that ends the agreement of that code."""
    agreement = get_agreement(user, code, "read")
    notice = get_visible(agreement.end_notices.select_related("organisation", "by"), pk=pk)
    notice.agreement = agreement
    POLICY.authorise(user, to, notice)
    return notice


def get_publication(user: Reader, code: str, pk: UUID, to: str = "read") -> Publication:
    """Return a publication notice under the agreement of that code."""
    agreement = get_agreement(user, code, "read")
    publication = get_visible(agreement.publications.all(), pk=pk)
    publication.agreement = agreement
    POLICY.authorise(user, to, publication)
    return publication
