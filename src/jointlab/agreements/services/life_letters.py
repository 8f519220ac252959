"""Letters of an agreement in force: publications, its termination, that it does not go on.

Each is a job of its own for one reader, who may have lost the right to read it when it is done:
then nothing is sent.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from jointlab.agreements.access import agreements_visible_to, readers
from jointlab.agreements.models import Agreement, Publication
from jointlab.common import mail
from jointlab.common.jobs import defer
from jointlab.parties.models import Membership, Person, Role


def tell_terminated(*, by: Person, agreement: Agreement, reason: str) -> None:
    """Have both offices and the signatories told that, and when, an agreement is over."""
    for person in _deciding(agreement, by):
        defer(
            "agreements.send_terminated",
            agreement=str(agreement.pk),
            person=person,
            by=str(by.pk),
            reason=reason,
        )


def tell_end_notified(*, by: Person, agreement: Agreement) -> None:
    """Have both offices and the signatories told that an agreement does not go on by itself."""
    for person in _deciding(agreement, by):
        defer(
            "agreements.send_end_notified",
            agreement=str(agreement.pk),
            person=person,
            by=str(by.pk),
        )


def send_terminated(*, agreement_id: str, person_id: str, by_id: str, reason: str) -> None:
    """Write that an agreement is over: the worker's part."""
    person, by = Person.objects.get(pk=person_id), Person.objects.get(pk=by_id)
    _write("terminated", _agreement(agreement_id), person, by=by, reason=reason)


def send_end_notified(*, agreement_id: str, person_id: str, by_id: str) -> None:
    """Write that an agreement does not go on by itself: the worker's part."""
    person, by = Person.objects.get(pk=person_id), Person.objects.get(pk=by_id)
    _write("end_notified", _agreement(agreement_id), person, by=by)


def send_publication(*, publication_id: str, person_id: str) -> None:
    """Write to one of those who answer that notice of a publication was given."""
    publication = _publication(publication_id)
    if publication is not None and publication.waits:
        _write_publication("publication", publication, Person.objects.get(pk=person_id))


def send_publication_answer(*, publication_id: str) -> None:
    """Write to whoever gave the notice what came of it."""
    publication = _publication(publication_id)
    if publication is not None:
        _write_publication("publication_answer", publication, publication.by)


def who_answers(publication: Publication) -> QuerySet[Membership]:
    """Return the members of the other sides who answer a notice: offices and heads."""
    members = _people(publication.agreement).filter(roles__overlap=[Role.OFFICE, Role.HEAD])
    return members.filter(~Q(organisation=publication.organisation_id))


def _people(agreement: Agreement) -> QuerySet[Membership]:
    return readers().filter(partnership=agreement.partnership_id).order_by("person")


def _deciding(agreement: Agreement, by: Person) -> list[str]:
    """Return the ids of the offices and signatories of all sides, but for whoever acts."""
    members = _people(agreement).filter(roles__overlap=[Role.OFFICE, Role.SIGNATORY])
    return [str(member.person_id) for member in members.exclude(person=by.pk)]


def _agreement(pk: str) -> Agreement:
    return Agreement.objects.select_related("partnership").get(pk=pk)


def _publication(pk: str) -> Publication | None:
    rows = Publication.objects.select_related("agreement__partnership", "by", "organisation")
    return rows.filter(pk=pk, withdrawn_at=None).first()


def _write_publication(letter: str, publication: Publication, person: Person) -> None:
    about = publication.agreement
    _write(letter, about, person, "agreements:publications", publication=publication)


def _write(
    letter: str,
    agreement: Agreement,
    person: Person,
    page: str = "agreements:agreement",
    **context: object,
) -> None:
    if not person.email or not agreements_visible_to(person).filter(pk=agreement.pk).exists():
        return
    mail.compose(
        f"agreements/mail/{letter}",
        to=person.email,
        language=person.language,
        zone=person.time_zone,
        agreement=agreement,
        link=mail.link(page, person.language, code=agreement.code),
        **context,
    ).send()
