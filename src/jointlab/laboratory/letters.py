"""What the room writes to people: that another side has confirmed the unveiling, and that it is done."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from jointlab.common.letters import Kind, Letter
from jointlab.laboratory.access import laboratories_visible_to
from jointlab.laboratory.models import Charge, Confirmation, Laboratory
from jointlab.parties.models import Membership, Memberships, Person, Role

LABORATORIES = Kind("laboratories", _("Laboratories"))
DECIDING = [Role.OFFICE, Role.SIGNATORY]


def _who_has_not_confirmed(word: Confirmation) -> QuerySet[Person]:
    """Return the offices and signatories whose side has not confirmed yet."""
    confirmed = word.laboratory.confirmations.values("organisation")
    members = _members(word.laboratory).filter(roles__overlap=DECIDING)
    return _people(members.exclude(organisation__in=confirmed))


def _who_decides_or_directs(laboratory: Laboratory) -> QuerySet[Person]:
    """Return the offices, the signatories and the directors."""
    directors = laboratory.seats.filter(charge=Charge.DIRECTOR).values("person")
    deciding = Q(roles__overlap=DECIDING) | Q(person__in=directors)
    return _people(_members(laboratory).filter(deciding))


def _members(laboratory: Laboratory) -> Memberships:
    return Membership.objects.live().filter(partnership=laboratory.partnership_id)


def _people(memberships: Memberships) -> QuerySet[Person]:
    return Person.objects.filter(pk__in=memberships.values("person")).order_by("pk")


def _may_read(person: Person, laboratory: Laboratory) -> bool:
    return laboratories_visible_to(person).filter(pk=laboratory.pk).exists()


CONFIRMED = Letter(
    "laboratory/mail/confirmed",
    rows=lambda: Confirmation.objects.filter(laboratory__unveiled_on=None).select_related(
        "laboratory__partnership", "organisation", "by"
    ),
    readers=_who_has_not_confirmed,
    may_read=lambda person, word: _may_read(person, word.laboratory),
    name="word",
    page="laboratory:laboratory",
    arguments=lambda word: {"code": word.laboratory.code},
    context=lambda word, _person, _said: {"laboratory": word.laboratory},
    kind=LABORATORIES,
)
UNVEILED = Letter(
    "laboratory/mail/unveiled",
    rows=lambda: Laboratory.objects.select_related("partnership"),
    readers=_who_decides_or_directs,
    may_read=_may_read,
    name="laboratory",
    page="laboratory:public",
    kind=LABORATORIES,
)
