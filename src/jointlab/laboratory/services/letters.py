"""Letters about the unveiling: that another side has confirmed it, and that it is done.

Each is a job of its own for one reader, who may have lost the right to read it when it is done:
then nothing is sent.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from jointlab.common import mail
from jointlab.common.jobs import defer
from jointlab.laboratory.access import laboratories_visible_to
from jointlab.laboratory.models import Charge, Confirmation, Laboratory
from jointlab.parties.models import Membership, Memberships, Person, Role

DECIDING = [Role.OFFICE, Role.SIGNATORY]


def tell_confirmed(*, word: Confirmation) -> None:
    """Have the offices and signatories told whose side has not confirmed yet."""
    there = word.laboratory.confirmations.values("organisation")
    for person in _people(_deciding(word.laboratory).exclude(organisation__in=there)):
        defer("laboratory.send_confirmed", word=str(word.pk), person=str(person.pk))


def tell_unveiled(*, laboratory: Laboratory) -> None:
    """Have the offices, the signatories and the directors told."""
    directors = laboratory.seats.filter(charge=Charge.DIRECTOR).values("person")
    members = Membership.objects.live().filter(partnership=laboratory.partnership_id)
    of_both = members.filter(Q(roles__overlap=DECIDING) | Q(person__in=directors))
    for person in _people(of_both):
        defer("laboratory.send_unveiled", laboratory=str(laboratory.pk), person=str(person.pk))


def send_confirmed(*, word_id: str, person_id: str) -> None:
    """Write that another side has confirmed, unless it took its word back: the worker's part."""
    rows = Confirmation.objects.select_related("laboratory__partnership", "organisation", "by")
    word = rows.filter(pk=word_id, laboratory__unveiled_on=None).first()
    if word is not None:
        _write("confirmed", word.laboratory, person_id, page="laboratory:laboratory", word=word)


def send_unveiled(*, laboratory_id: str, person_id: str) -> None:
    """Write that the laboratory is unveiled: the worker's part."""
    laboratory = Laboratory.objects.select_related("partnership").get(pk=laboratory_id)
    _write("unveiled", laboratory, person_id, page="laboratory:public")


def _deciding(laboratory: Laboratory) -> Memberships:
    members = Membership.objects.live().filter(partnership=laboratory.partnership_id)
    return members.filter(roles__overlap=DECIDING)


def _people(memberships: QuerySet[Membership]) -> QuerySet[Person]:
    return Person.objects.filter(pk__in=memberships.values("person")).order_by("pk")


def _write(
    letter: str, laboratory: Laboratory, person_id: str, *, page: str, **context: Any
) -> None:
    person = Person.objects.get(pk=person_id)
    if not person.email or not laboratories_visible_to(person).filter(pk=laboratory.pk).exists():
        return
    mail.compose(
        f"laboratory/mail/{letter}",
        to=person.email,
        language=person.language,
        zone=person.time_zone,
        laboratory=laboratory,
        link=mail.link(page, person.language, code=laboratory.code),
        **context,
    ).send()
