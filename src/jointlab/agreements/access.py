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
from django.utils.translation import gettext as _

from jointlab.agreements.models import (
    BINDING,
    Agreement,
    Comment,
    EndKind,
    EndNotice,
    Publication,
    Signature,
    State,
    Version,
)
from jointlab.common.errors import NotAllowed, NotNow, NotVisible, Refusal
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


def _require_known(member: Membership, agreement: Agreement) -> None:
    """Raise NotVisible for a member of another side than the one whose draft it still is."""
    if not agreement.is_sent and member.organisation_id != agreement.begun_by_id:
        raise NotVisible


def why_not_negotiated(member: Membership, agreement: Agreement) -> Refusal | None:
    """Return why the text takes no edit, approval or comment now: approved by all, or over."""
    _require_known(member, agreement)
    if agreement.state in (State.APPROVED, State.SIGNING):
        return NotNow(_("Every side has approved this text. Reopen it, then edit."))
    if agreement.state != State.DRAFT:
        return NotNow(_("This agreement is not negotiated any more."))
    return None


def _can_be_approved(member: Membership, agreement: Agreement) -> Refusal | None:
    if refusal := why_not_negotiated(member, agreement):
        return refusal
    if agreement.is_sent:
        return None
    return NotNow(_("This is a draft of your side alone. Send it to the other side first."))


def _can_be_sent(member: Membership, agreement: Agreement) -> Refusal | None:
    _require_known(member, agreement)
    if agreement.is_sent:
        return NotNow(_("The other side has this draft already."))
    return why_not_negotiated(member, agreement)


def _is_approved(_member: Membership, agreement: Agreement) -> Refusal | None:
    if agreement.state in (State.APPROVED, State.SIGNING):
        return None
    return NotNow(_("Only what is approved and not yet signed by all can be reopened."))


def _can_be_followed(_member: Membership, agreement: Agreement) -> Refusal | None:
    if agreement.standing in BINDING:
        return None
    return NotNow(_("Only an agreement that is signed and has not ended is amended or renewed."))


def _can_be_terminated(_member: Membership, agreement: Agreement) -> Refusal | None:
    if agreement.standing in BINDING:
        return None
    return NotNow(_("Only an agreement that is signed and has not ended can be terminated."))


def _is_of_the_authors_side(member: Membership, comment: Comment) -> Refusal | None:
    if member.organisation_id == comment.organisation_id:
        return None
    return NotAllowed(_("The side that wrote a comment settles it, or sets it aside."))


def _can_be_reminded(_member: Membership, signature: Signature) -> Refusal | None:
    if signature.agreement.state == State.SIGNING and signature.is_asked:
        return None
    return NotNow(_("Only somebody whose turn it is to sign is reminded."))


def _takes_a_deputy(member: Membership, signature: Signature) -> Refusal | None:
    if member.organisation_id != signature.organisation_id:
        return NotAllowed(_("Each side names its own deputies."))
    if signature.agreement.state != State.SIGNING:
        return NotNow(_("This agreement is not being signed now."))
    if signature.agreement.signatures.filter(signed_at__isnull=False).exists():
        return NotNow(
            _(
                "Somebody has signed the document, which names all who sign. Reopen the text, then"
                " choose who signs."
            )
        )
    return None


def _is_open(notice: EndNotice) -> Refusal | None:
    if notice.is_open:
        return None
    return NotNow(_("This notice was taken back, or its day has passed."))


def _can_be_noted(member: Membership, notice: EndNotice) -> Refusal | None:
    if member.organisation_id == notice.organisation_id:
        return NotAllowed(_("The other side takes note of it."))
    if notice.noted_at is not None:
        return NotNow(_("Your side has taken note of this already."))
    return _is_open(notice)


def _speaks(member: Membership, notice: EndNotice) -> Refusal | None:
    """Whoever could have given a notice of that kind takes it back, or lets it be taken back."""
    if notice.kind == EndKind.NO_RENEWAL or Role.SIGNATORY in member.roles:
        return None
    return NotAllowed(_("A termination is taken back by the signatories of both sides."))


def _can_be_asked_back(member: Membership, notice: EndNotice) -> Refusal | None:
    if member.organisation_id != notice.organisation_id:
        return NotAllowed(_("The side that gave the notice proposes to take it back."))
    if notice.asked_back_at is not None and notice.taken_back_at is None:
        return NotNow(_("That is proposed already: it waits for the other side."))
    return _speaks(member, notice) or _is_open(notice)


def _can_be_taken_back(member: Membership, notice: EndNotice) -> Refusal | None:
    if member.organisation_id == notice.organisation_id:
        return NotAllowed(_("The other side gives its word on that."))
    if notice.asked_back_at is None:
        return NotNow(_("Nobody proposes to take this notice back."))
    return _speaks(member, notice) or _is_open(notice)


def _is_of_the_other_side(member: Membership, publication: Publication) -> Refusal | None:
    if member.organisation_id != publication.organisation_id:
        return None
    return NotAllowed(_("The other side answers the notice."))


def _can_be_cleared(member: Membership, publication: Publication) -> Refusal | None:
    if refusal := _is_of_the_other_side(member, publication):
        return refusal
    if publication.is_free:
        return NotNow(_("This publication is already cleared."))
    return _is_not_withdrawn(publication)


def _can_be_objected_to(member: Membership, publication: Publication) -> Refusal | None:
    if refusal := _is_of_the_other_side(member, publication):
        return refusal
    if publication.waits:
        return None
    return NotNow(_("This notice was answered, withdrawn, or its time to answer is over."))


def _can_be_withdrawn(member: Membership, publication: Publication) -> Refusal | None:
    own_side = member.organisation_id == publication.organisation_id
    if publication.by_id != member.person_id and not (own_side and Role.OFFICE in member.roles):
        return NotAllowed(
            _(
                "Only the person who gave the notice, or the partnership office of their side, can withdraw it."
            )
        )
    return _is_not_withdrawn(publication)


def _is_not_withdrawn(publication: Publication) -> Refusal | None:
    if publication.withdrawn_at is None:
        return None
    return NotNow(_("This notice is withdrawn already."))


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
        "send": _can_be_sent,
        "approve": _can_be_approved,
        "settle": _is_of_the_authors_side,
        "reopen": _is_approved,
        "remind signer": _can_be_reminded,
        "name deputy": _takes_a_deputy,
        "follow": _can_be_followed,
        "terminate": _can_be_terminated,
        "note end": _can_be_noted,
        "ask back": _can_be_asked_back,
        "take back": _can_be_taken_back,
        "clear": _can_be_cleared,
        "object": _can_be_objected_to,
        "withdraw notice": _can_be_withdrawn,
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
