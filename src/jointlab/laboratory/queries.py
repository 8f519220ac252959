"""What the room's pages read."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from jointlab.laboratory.access import laboratories_visible_to
from jointlab.laboratory.models import Charge, Laboratory
from jointlab.parties.access import Reader
from jointlab.parties.models import Partnership


def laboratories_of(user: Reader) -> QuerySet[Laboratory]:
    """Return every laboratory that the person sees from inside, by code."""
    return laboratories_visible_to(user).select_related("partnership").order_by("code")


def laboratories_in(user: Reader, partnership: Partnership) -> QuerySet[Laboratory]:
    """Return the laboratories of a partnership that the person sees from inside, by code."""
    return laboratories_of(user).filter(partnership=partnership)


def what_is_missing(laboratory: Laboratory) -> list[str]:
    """Return what the laboratory still lacks before it can be unveiled, a line each."""
    lines = []
    if not (laboratory.name_zh and laboratory.name_ko):
        lines.append(_("Its name in Chinese and in Korean."))
    if not laboratory.directions.exists():
        lines.append(_("A direction at least."))
    sides = laboratory.partnership.organisations.count()
    if laboratory.seats.filter(charge=Charge.DIRECTOR).count() < sides:
        lines.append(_("A director of each side."))
    return lines
