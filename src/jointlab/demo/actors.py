"""Those who act in the story, and the partnership in which they do."""

from __future__ import annotations

from jointlab.demo.cast import COMPANY, PARTNERSHIP, UNIVERSITY
from jointlab.parties.models import Partnership, Person


def person(email: str) -> Person:
    """Return who signs in with that address."""
    return Person.objects.get(email=email)


def at_the_university(address: str) -> Person:
    """Return one of the university's people by the beginning of their address."""
    return person(f"{address}@{UNIVERSITY.domain}")


def at_the_company(address: str) -> Person:
    """Return one of the company's people by the beginning of their address."""
    return person(f"{address}@{COMPANY.domain}")


def partnership() -> Partnership:
    """Return the partnership as it is now."""
    return Partnership.objects.get(code=PARTNERSHIP)
