"""Who answers for what is owed: its owner, or the owing side's office."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from jointlab.obligations.access import POLICY, readers
from jointlab.obligations.models import Due
from jointlab.parties.models import Person, Role


class Answerable:
    """Who answers for what on the sides of some partnerships: one query."""

    def __init__(self, partnerships: Iterable[UUID]) -> None:
        self.members: set[tuple[UUID, UUID, UUID]] = set()
        self.office: defaultdict[tuple[UUID, UUID], list[UUID]] = defaultdict(list)
        rows = readers().filter(partnership__in=set(partnerships))
        for partnership, side, person, roles in rows.values_list(
            "partnership", "organisation", "person", "roles"
        ):
            self.members.add((partnership, side, person))
            if Role.OFFICE in roles:
                self.office[partnership, side].append(person)

    def answering(self, due: Due) -> list[UUID]:
        """Return the owner; the owing side's office where there is none, or none any more."""
        obligation = due.obligation
        side = obligation.partnership_id, obligation.organisation_id
        owner = obligation.owner_id
        if owner is not None and (*side, owner) in self.members:
            return [owner]
        return self.office[side]


def people_owed_to(due: Due) -> Iterable[Person]:
    """Return the other sides' offices, which accept or return what was reported as done."""
    obligation = due.obligation
    members = POLICY.holders("accept").filter(partnership=obligation.partnership_id)
    others = members.exclude(organisation=obligation.organisation_id)
    return Person.objects.filter(pk__in=others.values("person")).order_by("pk")


def people_answering(due: Due) -> Iterable[Person]:
    """Return who answers for what is due."""
    sides = Answerable([due.obligation.partnership_id])
    return Person.objects.filter(pk__in=sides.answering(due))
