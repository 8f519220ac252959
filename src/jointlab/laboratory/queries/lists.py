"""Lists of laboratories: from inside, and for everybody."""

from __future__ import annotations

from django.db.models import QuerySet

from jointlab.agreements.force.queries.standing import carrying
from jointlab.agreements.models import Agreement
from jointlab.common import days
from jointlab.laboratory.access import laboratories_visible_to, unveiled_laboratories
from jointlab.laboratory.models import Laboratory
from jointlab.parties.models import Partnership
from jointlab.parties.policy import Reader

IN_A_SITEMAP = 1_000  # with three languages a small part of the format's 50,000 addresses


def laboratories_of(user: Reader) -> QuerySet[Laboratory]:
    """Return every laboratory that the person sees from inside, by code."""
    return laboratories_visible_to(user).select_related("partnership").order_by("code")


def laboratories_in(user: Reader, partnership: Partnership) -> QuerySet[Laboratory]:
    """Return the laboratories of a partnership that the person sees from inside, by code."""
    return laboratories_of(user).filter(partnership=partnership)


def agreement_for_laboratory(partnership: Partnership) -> Agreement | None:
    """Return the strategic agreement under which a laboratory can be founded today, if any."""
    return carrying(partnership, days.today())


def public_laboratories() -> QuerySet[Laboratory]:
    """Return the unveiled laboratories with their partnerships, the latest first."""
    return unveiled_laboratories().select_related("partnership")


def public_codes() -> list[str]:
    """Return the codes in the addresses of the public pages."""
    return list(unveiled_laboratories().values_list("code", flat=True)[:IN_A_SITEMAP])
