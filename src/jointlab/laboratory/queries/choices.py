"""What the room's forms offer to choose from."""

from __future__ import annotations

from operator import itemgetter

from django.db.models import QuerySet

from jointlab.laboratory.models import Laboratory
from jointlab.parties.models import Membership, Organisation
from jointlab.taxonomy.access import Reader, fields_visible_to

OURS = "core"  # the list whose fields a laboratory may have


def fields_to_choose(user: Reader) -> list[tuple[str, str]]:
    """Return the fields of the platform's own list, each with the one that it lies in."""
    rows = fields_visible_to(user).filter(scheme=OURS).select_related("parent")
    labelled = [
        (str(row.pk), f"{row.parent.name} › {row.name}" if row.parent else row.name) for row in rows
    ]
    return sorted(labelled, key=itemgetter(1))  # those inside a field follow it


def people_to_appoint(laboratory: Laboratory, side: Organisation) -> list[tuple[str, str]]:
    """Return that side's people, by title and name."""
    members = Membership.objects.live().filter(
        partnership=laboratory.partnership_id, organisation=side
    )
    rows = members.select_related("person").order_by("rank", "pk")
    return [(str(row.person_id), f"{row.person.name} · {row.title}") for row in rows]


def sides_of(laboratory: Laboratory) -> QuerySet[Organisation]:
    """Return the sides, the first-named first."""
    return laboratory.partnership.organisations.order_by("sides__position")
