"""What of agreements waits for somebody, as the desk asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jointlab.agreements.force.queries import waiting as force
from jointlab.agreements.negotiation.queries import waiting as negotiation
from jointlab.agreements.signature.queries import waiting as signature
from jointlab.common.rooms import Waiting
from jointlab.parties.models import Membership


def waiting_for(own: Sequence[Membership]) -> Iterator[Waiting]:
    """Yield what of the agreements waits for the person whose memberships these are."""
    for noun in (negotiation, signature, force):
        yield from noun.waiting(own)
