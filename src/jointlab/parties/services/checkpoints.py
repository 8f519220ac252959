"""Each side's office signs the head of the partnership's history."""

from __future__ import annotations

from django.db import transaction

from jointlab.history import services as history
from jointlab.history.models import Checkpoint
from jointlab.parties.access import POLICY
from jointlab.parties.models import Partnership, Person


@transaction.atomic
def sign_checkpoint(
    *, by: Person, partnership: Partnership, number: int, sha256: str
) -> Checkpoint:
    """Sign, for the person's own side, that the history's head was that entry with that hash."""
    office = POLICY.require(by, "sign checkpoint", partnership)
    return history.sign_checkpoint(
        by=by,
        chain=partnership.pk,
        organisation=office.organisation,
        sides=list(partnership.sides.values_list("organisation", flat=True)),
        number=number,
        sha256=sha256,
    )
