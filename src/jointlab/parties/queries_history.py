"""What of a partnership's history waits for its offices."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from jointlab.common.names import pick
from jointlab.common.waiting import Waiting
from jointlab.history.queries import unsigned
from jointlab.parties.access import Reader, partnerships_visible_to
from jointlab.parties.models import Membership, Partnership


def checkpoints_waiting_for(user: Reader) -> Iterator[Waiting]:
    """Yield each checkpoint that another side proposed and the person may sign for their own."""
    partnerships = {row.pk: row for row in partnerships_visible_to(user, to="sign checkpoint")}
    if not partnerships:
        return
    mine = Membership.objects.live().filter(person=user, partnership__in=partnerships)
    sides = dict(mine.values_list("partnership", "organisation"))
    for chain, checkpoint in unsigned(sides):
        partnership: Partnership = partnerships[chain]
        proposer = pick(dict(checkpoint.signers[0].names))
        yield Waiting(
            since=checkpoint.at,
            what=_("The head of the history that %(organisation)s signed waits for your side.")
            % {"organisation": proposer},
            act=_("Sign"),
            url=reverse("parties:sign_checkpoint", kwargs={"code": partnership.code}),
            about=partnership.name,
        )
