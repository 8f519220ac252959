"""Whose chains of history are this room's."""

from __future__ import annotations

from collections.abc import Iterator

from jointlab.history.subjects import Subject
from jointlab.parties.models import Organisation, Partnership


def subjects() -> Iterator[Subject]:
    """Yield every partnership by its code, and every organisation with its own affairs."""
    for partnership in Partnership.objects.order_by("code"):
        yield Subject(partnership.pk, partnership.code, partnership.names)
    for organisation in Organisation.objects.order_by("pk"):
        yield Subject(organisation.pk, organisation.ror or "", organisation.names)
