"""What the room's pages read; `waiting_for` is where the desk looks for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jointlab.agreements.queries import waiting_life, waiting_signatures, waiting_texts
from jointlab.common.rooms import Waiting
from jointlab.parties.models import Membership

PARTS = (waiting_texts, waiting_signatures, waiting_life)


def waiting_for(own: Sequence[Membership]) -> Iterator[Waiting]:
    """Yield what of the agreements waits for the person whose memberships these are."""
    for part in PARTS:
        yield from part.waiting(own)
