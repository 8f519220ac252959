"""Letters of an agreement in force: what comes, what was returned, publications, its termination.

Each is a job of its own for one reader, who may have lost the right to read it when it is done:
then nothing is sent.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone

from jointlab.agreements.access import agreements_visible_to, dues_visible_to, readers
from jointlab.agreements.models import Agreement, Due, Publication
from jointlab.agreements.queries.endings import coming_ends
from jointlab.common import mail
from jointlab.common.jobs import defer
from jointlab.parties.models import Membership, Person, Role

MOST_LINES = 100


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


def send_returned(*, due_id: str) -> None:
    """Write to whoever answers for something that the other side returned it, and why."""
    rows = Due.objects.select_related("agreement__partnership", "obligation__owner")
    due = rows.filter(pk=due_id, met_at=None, dropped=False).exclude(returned_for="").first()
    if due is not None:
        for person in answering(due):
            _write("returned", due.agreement, person, "agreements:due", {"pk": due.pk}, due=due)


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


def send_notices(*, person_id: str, dues: list[str], agreements: list[str]) -> None:
    """Write what is due and what ends, all in one letter; what was done meanwhile is left out."""
    person, today = Person.objects.get(pk=person_id), timezone.localdate()
    rows = dues_visible_to(person).filter(pk__in=dues, met_at=None, dropped=False)
    rows = rows.select_related("agreement__partnership", "obligation__owner")
    owed = list(rows.order_by("due_on", "pk"))
    visible = agreements_visible_to(person).filter(pk__in=agreements)
    ends = coming_ends(visible.select_related("partnership"))
    if not person.email or not (owed or ends):
        return
    shown = owed[:MOST_LINES]
    mail.compose(
        "agreements/mail/notices",
        to=person.email,
        language=person.language,
        zone=person.time_zone,
        person=person,
        total=len(owed) + len(ends),
        overdue=[due for due in shown if due.due_on < today],
        dues=[due for due in shown if due.due_on >= today],
        more=len(owed) - len(shown),
        ends=ends,
        link=mail.link("agreements:all-obligations", person.language),
    ).send()


def answering(due: Due) -> Iterable[Person]:
    """Return the owner of what is due; the owing side's office where there is none any more."""
    members = _people(due.agreement).filter(organisation=due.obligation.organisation_id)
    owner = members.filter(person=due.obligation.owner_id)
    offices = members.filter(roles__contains=[Role.OFFICE])
    return Person.objects.filter(pk__in=(owner if owner else offices).values("person"))


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
    more: dict[str, object] | None = None,
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
        link=mail.link(page, person.language, code=agreement.code, **(more or {})),
        **context,
    ).send()
