"""Signing, one after the other: here with one's own PIN, elsewhere, or not at all.

Whoever signs has read one exact document, known by its SHA-256; the next is asked when the one
before has signed; with the last signature the document is closed and the agreement signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.agreements import events, letters
from jointlab.agreements.force.services.life import come_into_force
from jointlab.agreements.models import Agreement, How, Paper, Signature, State
from jointlab.agreements.negotiation.services.approving import take_back
from jointlab.agreements.negotiation.services.timely import require_not_expired
from jointlab.agreements.signature.document.content import languages
from jointlab.agreements.signature.services.papers import request_signature, save_pdf
from jointlab.common.errors import NotAllowed, NotNow, NotVisible
from jointlab.common.letters import send
from jointlab.common.names import reason_from
from jointlab.common.rows import lock
from jointlab.history.services import record
from jointlab.parties.models import Person
from jointlab.parties.policy import read_membership_of
from jointlab.signing.press import stamp
from jointlab.signing.services.certificates import lock_usable, open_key, usable_certificate
from jointlab.signing.services.documents import (
    add_time,
    close_document,
    judge_added,
    sign_document,
)


@dataclass(frozen=True)
class Turn:
    """It is somebody's turn: their place, and the document as it is now."""

    agreement: Agreement
    signature: Signature
    paper: Paper


def sign_here(*, by: Person, agreement: Agreement, pin: str, sha256: str) -> Agreement:
    """Sign the document of that hash with the person's own certificate.

    A wrong PIN is counted whatever becomes of the rest; so not all of this is one transaction.
    """
    _require_document(turn_of(by=by, agreement=agreement), sha256)  # before a try is spent on it
    certificate = usable_certificate(by)
    key = open_key(certificate, pin)
    with transaction.atomic():
        turn = turn_of(by=by, agreement=lock(agreement))
        _require_document(turn, sha256)
        require_not_expired(turn.agreement)
        certificate = lock_usable(certificate)
        now = timezone.now()
        pdf = sign_document(
            bytes(turn.paper.pdf),
            turn.signature.field,
            certificate=certificate,
            key=key,
            stamp=_stamp(turn, certificate.serial, now),
            at=now,
        )
        return _keep_signature(by, turn, pdf, How.HERE, certificate.serial, now)


def sign_elsewhere(*, by: Person, agreement: Agreement, pdf: bytes) -> Agreement:
    """Take the document back with the person's own signature, made elsewhere, added to it."""
    turn, now = turn_of(by=by, agreement=agreement), timezone.now()
    before = _document_of(turn)
    email = turn.signature.person.email or ""
    added = judge_added(before, pdf, field=turn.signature.field, email=email, at=now)
    with transaction.atomic():
        turn = turn_of(by=by, agreement=lock(agreement))
        if bytes(turn.paper.pdf) != before:
            raise _document_changed()
        require_not_expired(turn.agreement)
        if added.time is None:
            pdf = add_time(pdf, field=f"time-{turn.signature.position}", at=now)
        return _keep_signature(by, turn, pdf, How.ELSEWHERE, added.serial[:64], now)


@transaction.atomic
def decline(*, by: Person, agreement: Agreement, reason: str) -> Agreement:
    """Refuse to sign, and say why: the text goes back to those who negotiate."""
    reason = reason_from(reason)
    turn = turn_of(by=by, agreement=lock(agreement))
    # Before the places to sign are gone, and with them who was asked.
    send(letters.DECLINED, turn.agreement, by=by, reason=reason)
    witness = turn.signature.witness
    take_back(turn.agreement)
    record(
        events.SIGNING_DECLINED,
        chain=turn.agreement.partnership_id,
        by=by,
        agreement=turn.agreement,
        witness=witness,
        reason=reason,
    )
    return turn.agreement


def _document_changed() -> NotNow:
    return NotNow(_("The document has changed since you read it. Read it again, then sign."))


def _not_being_signed() -> NotNow:
    return NotNow(_("This agreement is not being signed now."))


def turn_of(*, by: Person, agreement: Agreement) -> Turn:
    """Return the person's place if it is their turn; a Refusal says why it is not."""
    signature = Signature.objects.filter(agreement=agreement, person=by).first()
    membership = read_membership_of(by, agreement.partnership)
    if membership is None:
        raise NotVisible
    if signature is None:
        raise NotAllowed(_("You are not asked to sign this agreement."))
    if signature.signed_at is not None:
        raise NotNow(_("You have signed this agreement already."))
    if agreement.state != State.SIGNING:
        raise _not_being_signed()
    if signature.asked_at is None:
        raise NotNow(_("It is not your turn: somebody before you has not signed yet."))
    if membership.organisation_id != signature.organisation_id:
        raise NotAllowed(_("You no longer belong to the side you sign for."))
    papers = Paper.objects.select_related("version").defer("pdf", "version__content")
    paper = papers.filter(agreement=agreement).first()
    if paper is None:  # taken back since the agreement was read
        raise _not_being_signed()
    return Turn(agreement, signature, paper)


def _document_of(turn: Turn) -> bytes:
    """Return the document before the agreement is locked: in that moment it may be taken back."""
    pdf = Paper.objects.filter(pk=turn.paper.pk).values_list("pdf", flat=True).first()
    if pdf is None:
        raise _not_being_signed()
    return bytes(pdf)


def _require_document(turn: Turn, sha256: str) -> None:
    if turn.paper.sha256 != sha256:
        raise _document_changed()


def _stamp(turn: Turn, serial: str, now: datetime) -> bytes:
    """Return what is seen of the signature, in the languages of the text."""
    text = turn.paper.version.text
    signer = next(each for each in text.signers if each.person == turn.signature.person_id)
    return stamp(
        signer.names,
        title=signer.title,
        languages=languages(text),
        at=now,
        serial=serial,
        organisation=text.party(signer.organisation).names,
    )


def _keep_signature(
    by: Person, turn: Turn, pdf: bytes, how: How, serial: str, now: datetime
) -> Agreement:
    """Keep the signature with its document; ask the next, or close the document."""
    agreement, signature = turn.agreement, turn.signature
    signature.signed_at, signature.how, signature.serial = now, how, serial
    signature.save(update_fields=["signed_at", "how", "serial"])
    following = agreement.signatures.filter(signed_at=None).first()
    if following is None:
        pdf = close_document(pdf, timezone.now())
    else:
        request_signature(following, now)
    save_pdf(turn.paper, pdf, now)
    record(
        events.SIGNATURE_MADE,
        chain=agreement.partnership_id,
        by=by,
        agreement=agreement,
        organisation=signature.organisation,
        witness=signature.witness,
        how=how.value,
        sha256=turn.paper.sha256,
    )
    if following is None:
        _complete(by, agreement, now)
    return agreement


def _complete(by: Person, agreement: Agreement, now: datetime) -> None:
    agreement.state, agreement.signed_at = State.SIGNED, now
    agreement.save(update_fields=["state", "signed_at"])
    send(letters.SIGNED, agreement)
    come_into_force(by=by, agreement=agreement)
