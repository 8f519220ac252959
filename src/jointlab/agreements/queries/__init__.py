"""What the room's pages read; `waiting_for` is where the desk looks for it."""

from __future__ import annotations

from collections.abc import Iterator

from jointlab.agreements.queries import waiting_duties, waiting_signatures, waiting_texts
from jointlab.common.waiting import Waiting
from jointlab.parties.access import Reader
from jointlab.parties.models import Person

PARTS = (waiting_texts, waiting_signatures, waiting_duties)


def waiting_for(user: Reader) -> Iterator[Waiting]:
    """Yield what of the agreements waits for the person."""
    if isinstance(user, Person):
        for part in PARTS:
            yield from part.waiting(user)
