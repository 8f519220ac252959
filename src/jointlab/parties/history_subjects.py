"""The partnerships and organisations, each with a chain of history."""

from __future__ import annotations

from collections.abc import Iterator

from jointlab.common.rooms import Subject
from jointlab.parties.models import Organisation, Partnership


def subjects() -> Iterator[Subject]:
    """Yield every partnership by its code, and every organisation with its own affairs."""
    yield from map(subject_of_partnership, Partnership.objects.order_by("code"))
    yield from map(subject_of_organisation, Organisation.objects.order_by("pk"))


def subject_of_partnership(partnership: Partnership) -> Subject:
    """Return the partnership as history knows it."""
    return Subject(partnership.pk, partnership.code, partnership.names)


def subject_of_organisation(organisation: Organisation) -> Subject:
    """Return the organisation, with its own affairs, as history knows it."""
    return Subject(organisation.pk, organisation.ror or "", organisation.names)
