"""What an act on an agreement asks besides the role: the rules of the room's policy (access.POLICY)."""

from __future__ import annotations

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
)
from jointlab.common.errors import NotAllowed, NotNow, NotVisible, Refusal
from jointlab.parties.models import Membership, Role


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


def can_be_approved(member: Membership, agreement: Agreement) -> Refusal | None:
    """Return why not, unless its text is negotiated, and the other side has it."""
    if refusal := why_not_negotiated(member, agreement):
        return refusal
    if agreement.is_sent:
        return None
    return NotNow(_("This is a draft of your side alone. Send it to the other side first."))


def can_be_sent(member: Membership, agreement: Agreement) -> Refusal | None:
    """Return why not, unless it is still a draft of one side."""
    _require_known(member, agreement)
    if agreement.is_sent:
        return NotNow(_("The other side has this draft already."))
    return why_not_negotiated(member, agreement)


def is_approved(_member: Membership, agreement: Agreement) -> Refusal | None:
    """Return why not, unless every side has approved it."""
    if agreement.state in (State.APPROVED, State.SIGNING):
        return None
    return NotNow(_("Only what is approved and not yet signed by all can be reopened."))


def can_be_followed(_member: Membership, agreement: Agreement) -> Refusal | None:
    """Return why not, unless it binds."""
    if agreement.standing in BINDING:
        return None
    return NotNow(_("Only an agreement that is signed and has not ended is amended or renewed."))


def can_be_terminated(_member: Membership, agreement: Agreement) -> Refusal | None:
    """Return why not, unless it binds."""
    if agreement.standing in BINDING:
        return None
    return NotNow(_("Only an agreement that is signed and has not ended can be terminated."))


def is_of_the_authors_side(member: Membership, comment: Comment) -> Refusal | None:
    """Return why not, unless the comment is of the member's own side."""
    if member.organisation_id == comment.organisation_id:
        return None
    return NotAllowed(_("The side that wrote a comment resolves it, or sets it aside."))


def can_be_reminded(_member: Membership, signature: Signature) -> Refusal | None:
    """Return why not, unless it is somebody's turn to sign."""
    if signature.agreement.state == State.SIGNING and signature.is_asked:
        return None
    return NotNow(_("Only somebody whose turn it is to sign is reminded."))


def takes_a_deputy(member: Membership, signature: Signature) -> Refusal | None:
    """Return why not, unless nobody has signed yet, and the place is of the member's side."""
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


def can_be_noted(member: Membership, notice: EndNotice) -> Refusal | None:
    """Return why not, unless the notice is the other side's, and open."""
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


def can_be_asked_back(member: Membership, notice: EndNotice) -> Refusal | None:
    """Return why not, unless the notice is of the member's side, and open."""
    if member.organisation_id != notice.organisation_id:
        return NotAllowed(_("The side that gave the notice proposes to take it back."))
    if notice.asked_back_at is not None and notice.taken_back_at is None:
        return NotNow(_("That is proposed already: it waits for the other side."))
    return _speaks(member, notice) or _is_open(notice)


def can_be_taken_back(member: Membership, notice: EndNotice) -> Refusal | None:
    """Return why not, unless the other side has proposed it, and the notice is open."""
    if member.organisation_id == notice.organisation_id:
        return NotAllowed(_("The other side gives its word on that."))
    if notice.asked_back_at is None:
        return NotNow(_("Nobody proposes to take this notice back."))
    return _speaks(member, notice) or _is_open(notice)


def _is_of_the_other_side(member: Membership, publication: Publication) -> Refusal | None:
    if member.organisation_id != publication.organisation_id:
        return None
    return NotAllowed(_("The other side answers the notice."))


def can_be_cleared(member: Membership, publication: Publication) -> Refusal | None:
    """Return why not, unless the notice is the other side's, and waits."""
    if refusal := _is_of_the_other_side(member, publication):
        return refusal
    if publication.is_free:
        return NotNow(_("This publication is already cleared."))
    return _is_not_withdrawn(publication)


def can_be_objected_to(member: Membership, publication: Publication) -> Refusal | None:
    """Return why not, unless the notice is the other side's, and its time is not over."""
    if refusal := _is_of_the_other_side(member, publication):
        return refusal
    if publication.waits:
        return None
    return NotNow(_("This notice was answered, withdrawn, or its time to answer is over."))


def can_be_withdrawn(member: Membership, publication: Publication) -> Refusal | None:
    """Return why not, unless the notice is the member's own, or of their office."""
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
