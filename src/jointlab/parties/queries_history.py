"""What of a partnership's history waits for its offices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from jointlab.common.names import pick
from jointlab.common.rooms import Waiting
from jointlab.history.queries import CheckpointShown, checkpoints_to_sign
from jointlab.parties.models import Membership


def checkpoints_waiting_for(offices: Sequence[Membership]) -> Iterator[Waiting]:
    """Yield each checkpoint that another side proposed and that these may sign for their own."""
    mine = {office.partnership_id: office for office in offices}
    sides = {chain: office.organisation_id for chain, office in mine.items()}
    for chain, checkpoint in checkpoints_to_sign(sides):
        partnership = mine[chain].partnership
        proposer = pick(dict(checkpoint.signers[0].names)) if checkpoint.signers else ""
        yield Waiting(
            since=checkpoint.at,
            what=_("The head of the history that %(organisation)s signed waits for your side.")
            % {"organisation": proposer},
            act=_("Sign"),
            url=reverse("parties:sign-checkpoint", kwargs={"code": partnership.code}),
            about=partnership.name,
            key=checkpoint_key(chain, checkpoint),
        )


def checkpoint_key(chain: UUID, checkpoint: CheckpointShown) -> str:
    """Return what signing that checkpoint is called, on every side's desk."""
    return f"parties.checkpoint.{chain}.{checkpoint.number}"
