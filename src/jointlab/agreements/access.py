"""Who may do what with an agreement, and the only way to get one.

A text under negotiation is for those who negotiate; what is signed, for everybody whom it binds;
whoever is asked to sign sees what they are asked to sign.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from jointlab.agreements.models import (
    Agreement,
    Comment,
    Publication,
    Signature,
    State,
)
from jointlab.common.errors import NotAllowed
from jointlab.common.rows import get_visible
from jointlab.parties import access as parties
from jointlab.parties.models import Membership, Memberships, Partnership, Person, Role
from jointlab.parties.policy import Policy, Reader, membership_of

OFFICE = frozenset({Role.OFFICE})
NEGOTIATORS = OFFICE | {Role.SIGNATORY, Role.HEAD}
APPROVERS = OFFICE | {Role.SIGNATORY}
BOUND = frozenset(Role) - {Role.STUDENT}

# What each role may do while the partnership is prepared or in force …
ACTIONS: dict[str, frozenset[Role]] = {
    "read": BOUND,
    "read drafts": NEGOTIATORS | {Role.AUDITOR},
    "draft": OFFICE,
    "comment": NEGOTIATORS,
    "approve": APPROVERS,
    "terminate": frozenset({Role.SIGNATORY}),
    "let end": APPROVERS,
    "give notice": frozenset({Role.OFFICE, Role.HEAD, Role.ENGINEER, Role.RESEARCHER}),
    "answer notice": OFFICE | {Role.HEAD},
}
# … and what is left when it has ended: what was agreed can be read, what outlives it be ended,
# and a new text begun.
AFTERWARDS: dict[str, frozenset[Role]] = {
    "read": APPROVERS | {Role.AUDITOR},
    "read drafts": APPROVERS | {Role.AUDITOR},
    "draft": OFFICE,
    "comment": APPROVERS,
    "approve": APPROVERS,
    "terminate": frozenset({Role.SIGNATORY}),
    "let end": APPROVERS,
}


POLICY = Policy(ACTIONS, AFTERWARDS)


def demand(user: Reader, partnership: Partnership, to: str) -> Membership:
    """Return the membership by which the person may do this; a service's first line."""
    return POLICY.require(user, to, partnership)


def rights_of(user: Reader, agreement: Agreement) -> frozenset[str]:
    """Return what the person may do with the agreement: for pages, to offer no more than that."""
    return rights_in(user, agreement.partnership)


def rights_in(user: Reader, partnership: Partnership) -> frozenset[str]:
    """Return what the person may do with the agreements of a partnership."""
    return POLICY.rights(membership_of(user, partnership))


def readers() -> Memberships:
    """Return the memberships that let somebody read today what their partnership has signed."""
    return POLICY.holders("read")


def reads_drafts_of(user: Reader, chain: UUID) -> bool:
    """Whether the person may read drafts of that partnership; of its own chain, for that side."""
    own = POLICY.memberships(user, "read drafts")
    return any(chain in (member.partnership_id, member.organisation_id) for member in own)


def agreements_visible_to(user: Reader) -> QuerySet[Agreement]:
    """Return the agreements that the person sees: by role, or because they are asked to sign."""
    if not isinstance(user, Person):
        return Agreement.objects.none()
    drafts = POLICY.partnerships(user, "read drafts")
    signed = POLICY.partnerships(user, "read")
    asked = signatures_asked_of(user).filter(agreement=OuterRef("pk"))
    return Agreement.objects.filter(
        Q(partnership__in=drafts) | Q(state=State.SIGNED, partnership__in=signed) | Exists(asked)
    )


def signatures_asked_of(user: Person) -> QuerySet[Signature]:
    """Return the places to sign that the person was asked for, of the side that they are on today."""
    side = Membership.objects.live().filter(
        person=user,
        partnership=OuterRef("agreement__partnership"),
        organisation=OuterRef("organisation"),
    )
    return Signature.objects.filter(Exists(side), person=user, asked_at__isnull=False)


def get_agreement(user: Reader, code: str, to: str = "") -> Agreement:
    """Return the agreement of that code, to look at or for that action."""
    agreement = get_visible(agreements_visible_to(user).select_related("partnership"), code=code)
    if to:
        POLICY.authorise(user, to, agreement)
    return agreement


def get_partnership(user: Reader, code: str, to: str = "view") -> Partnership:
    """Return the partnership of that code, to list its agreements or for that action."""
    return parties.get_partnership(user, code, to, POLICY)


def comments_visible_to(user: Reader, agreement: Agreement) -> QuerySet[Comment]:
    """Return the comments of both sides, and those that the person's own side keeps to itself.

    Whoever sees the agreement only to sign it, or because it binds them, reads none.
    """
    own = membership_of(user, agreement.partnership)
    if own is None or "read drafts" not in POLICY.rights(own):
        return Comment.objects.none()
    return agreement.comments.filter(Q(own_side=False) | Q(organisation=own.organisation))


def get_comment(user: Reader, code: str, pk: UUID, to: str = "") -> Comment:
    """Return a comment on the agreement of that code."""
    agreement = get_agreement(user, code)
    comment = get_visible(comments_visible_to(user, agreement), pk=pk)
    comment.agreement = agreement
    if to:
        POLICY.authorise(user, to, agreement)
    return comment


def get_publication(user: Reader, code: str, pk: UUID, to: str = "read") -> Publication:
    """Return a publication notice under the agreement of that code."""
    agreement = get_agreement(user, code, "read")
    publication = get_visible(agreement.publications.all(), pk=pk)
    own = POLICY.authorise(user, to, agreement)
    publication.agreement = agreement
    if to == "answer notice" and own.organisation_id == publication.organisation_id:
        raise NotAllowed(_("The other side answers the notice."))
    return publication
