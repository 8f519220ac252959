"""What of agreements somebody else has to do, as the desk asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jointlab.agreements.force.queries import awaited as force
from jointlab.agreements.negotiation.queries import awaited as negotiation
from jointlab.agreements.signature.queries import awaited as signature
from jointlab.common.rooms import Awaited
from jointlab.parties.models import Membership


def awaited_by(own: Sequence[Membership]) -> Iterator[Awaited]:
    """Yield what of the agreements others have to do, for whoever has these memberships."""
    for noun in (negotiation, signature, force):
        yield from noun.awaited(own)
