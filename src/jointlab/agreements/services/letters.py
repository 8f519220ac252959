"""Letters about signing: who is asked, that it was declined or reopened, that all have signed.

Each is a job of its own for one reader, who may have lost the right to read it when it is done:
then nothing is sent.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from jointlab.agreements.access import agreements_visible_to
from jointlab.agreements.models import Agreement, Signature
from jointlab.common import mail
from jointlab.common.jobs import defer
from jointlab.parties.models import Membership, Person, Role
from jointlab.parties.policy import membership_of


def tell_declined(*, by: Person, agreement: Agreement, reason: str) -> None:
    """Have both offices and whoever was asked told that somebody does not sign, and why."""
    for person in _concerned(agreement).exclude(pk=by.pk):
        defer(
            "agreements.send_declined",
            agreement=str(agreement.pk),
            person=str(person.pk),
            by=str(by.pk),
            reason=reason,
        )


def tell_reopened(*, by: Person, agreement: Agreement, reason: str) -> None:
    """Have both offices and whoever was asked told that an approved text is negotiated again."""
    for person in _concerned(agreement).exclude(pk=by.pk):
        defer(
            "agreements.send_reopened",
            agreement=str(agreement.pk),
            person=str(person.pk),
            by=str(by.pk),
            reason=reason,
        )


def tell_signed(*, agreement: Agreement) -> None:
    """Have both offices and everybody who signed told that all have signed."""
    for person in _concerned(agreement):
        defer("agreements.send_signed", agreement=str(agreement.pk), person=str(person.pk))


def send_asked(*, signature_id: str) -> None:
    """Write to whoever's turn it is: the worker's part."""
    rows = Signature.objects.select_related("agreement__partnership", "person")
    signature = rows.filter(pk=signature_id, signed_at=None).first()
    if signature is not None:  # not signed, nor taken back, meanwhile
        _write("asked", signature.agreement, signature.person, signature=signature)


def send_declined(*, agreement_id: str, person_id: str, by_id: str, reason: str) -> None:
    """Write that somebody declined: the worker's part."""
    by = Person.objects.get(pk=by_id)
    _write("declined", _agreement(agreement_id), _person(person_id), by=by, reason=reason)


def send_reopened(*, agreement_id: str, person_id: str, by_id: str, reason: str) -> None:
    """Write that an approved text is negotiated again: the worker's part."""
    by = Person.objects.get(pk=by_id)
    _write("reopened", _agreement(agreement_id), _person(person_id), by=by, reason=reason)


def send_signed(*, agreement_id: str, person_id: str) -> None:
    """Write that everybody has signed: the worker's part."""
    _write("signed", _agreement(agreement_id), _person(person_id))


def _concerned(agreement: Agreement) -> QuerySet[Person]:
    offices = Membership.objects.live().filter(
        partnership=agreement.partnership_id, roles__contains=[Role.OFFICE]
    )
    asked = agreement.signatures.filter(asked_at__isnull=False)
    return Person.objects.filter(
        Q(pk__in=offices.values("person")) | Q(pk__in=asked.values("person"))
    ).order_by("pk")


def _write(letter: str, agreement: Agreement, person: Person, **context: object) -> None:
    sees = agreements_visible_to(person).filter(pk=agreement.pk).exists()
    # Who was asked sees the text no more when it is taken back, and is told why all the same.
    told = sees or (
        letter in ("declined", "reopened") and membership_of(person, agreement.partnership)
    )
    if not person.email or not told:
        return
    mail.compose(
        f"agreements/mail/{letter}",
        to=person.email,
        language=person.language,
        zone=person.time_zone,
        agreement=agreement,
        link=mail.link("agreements:signing", person.language, code=agreement.code) if sees else "",
        **context,
    ).send()


def _agreement(pk: str) -> Agreement:
    return Agreement.objects.select_related("partnership").get(pk=pk)


def _person(pk: str) -> Person:
    return Person.objects.get(pk=pk)
