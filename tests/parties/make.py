"""Many people, many organisations: rows past the services, for what only their number matters."""

from __future__ import annotations

from jointlab.parties.models import Kind, Membership, Organisation, Partnership, Person, Unit


def make_people(
    partnership: Partnership, organisation: Organisation, count: int, unit: Unit | None = None
) -> list[Membership]:
    """Make that many members of a side, with names in four scripts."""
    people = Person.objects.bulk_create(
        Person(
            name_own=f"김민지 {number:05}",
            name_en=f"Minji Kim {number:05}",
            name_zh=f"金敏智 {number:05}",
            name_ko=f"김민지 {number:05}",
            language_own="ko",
        )
        for number in range(count)
    )
    return Membership.objects.bulk_create(
        Membership(
            partnership=partnership,
            organisation=organisation,
            person=person,
            unit=unit,
            roles=["researcher"],
            title_en="Researcher",
        )
        for person in people
    )


def make_organisations(count: int) -> list[Organisation]:
    """Make that many institutes."""
    return Organisation.objects.bulk_create(
        Organisation(name_own=f"Institute {number:05}", kind=Kind.INSTITUTE)
        for number in range(count)
    )
