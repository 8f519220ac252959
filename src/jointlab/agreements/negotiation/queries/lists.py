"""Lists of agreements."""

from __future__ import annotations

from django.db.models import QuerySet

from jointlab.agreements.access import agreements_visible_to
from jointlab.agreements.models import Agreement
from jointlab.parties.models import Partnership
from jointlab.parties.policy import Reader

PAGE = 12


def agreements_of(user: Reader) -> QuerySet[Agreement]:
    """Return every agreement that the person sees, the latest first, with its partnership."""
    return agreements_visible_to(user).select_related("partnership").order_by("-created_at", "-pk")


def agreements_in(user: Reader, partnership: Partnership) -> QuerySet[Agreement]:
    """Return the agreements of a partnership that the person sees, the latest first."""
    return agreements_visible_to(user).filter(partnership=partnership).order_by("-number")
