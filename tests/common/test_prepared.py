"""Queries that are compiled once and then only given their values."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jointlab.common.prepared import Prepared
from jointlab.parties.access import Sides, belongs_to_sides, sides_of
from jointlab.parties.models import Membership, Person
from tests.cast import Cast


def build(people: list[UUID], today: date) -> QuerySet[Membership]:
    rows = Membership.objects.live(today).filter(person__any_of=people)
    return rows.select_related("person").prefetch_related("organisation__sides").order_by("pk")


def test_it_returns_what_the_query_set_does(cast: Cast) -> None:
    prepared = Prepared(build)
    for person in (cast.university_office, cast.enterprise_office):
        found = prepared(people=[person.pk], today=timezone.localdate())
        assert found == list(build([person.pk], timezone.localdate())) != []
        assert [row.person for row in found] == [person]


def test_it_is_built_and_compiled_once(cast: Cast) -> None:
    built = []

    def counted(people: list[UUID], today: date) -> QuerySet[Membership]:
        built.append(people)
        return build(people, today)

    prepared = Prepared(counted)
    for people in ([], [cast.university_office.pk], [cast.university_office.pk, cast.auditor.pk]):
        assert len(prepared(people=people, today=timezone.localdate())) == len(people)
    assert len(built) == 1


def test_each_call_has_its_own_values_however_late_its_rows_are_read(cast: Cast) -> None:
    prepared = Prepared(build)
    long_ago = timezone.localdate() - timedelta(days=36_500)
    people = [cast.university_office.pk]
    assert prepared(people=people, today=timezone.localdate())
    assert not prepared(people=people, today=long_ago)
    assert prepared(people=people, today=timezone.localdate())


def test_joined_and_prefetched_rows_come_with_it(cast: Cast) -> None:
    prepared = Prepared(build)
    with CaptureQueriesContext(connection) as queries:
        [own] = prepared(people=[cast.university_office.pk], today=timezone.localdate())
        assert own.person.email
        assert own.organisation.sides.all()
    assert len(queries) == 3  # memberships with people, organisations, sides


def test_tuples_of_another_length_are_compiled_by_themselves(cast: Cast) -> None:
    @Prepared
    def of_sides(sides: Sides) -> QuerySet[Membership]:
        return Membership.objects.filter(belongs_to_sides(sides))

    both = sides_of(
        Membership.objects.filter(person__in=[cast.university_office, cast.enterprise_office])
    )
    for sides in (both[:1], both, both[1:]):
        assert set(of_sides(sides=sides)) == set(Membership.objects.filter(belongs_to_sides(sides)))


def test_what_is_given_by_position_decides(cast: Cast) -> None:
    @Prepared
    def by_name(down: bool, people: list[UUID]) -> QuerySet[Person]:
        return Person.objects.filter(pk__any_of=people).order_by("-email" if down else "email")

    people = [cast.university_office.pk, cast.enterprise_office.pk]
    assert by_name(True, people=people) == by_name(False, people=people)[::-1]


def test_a_value_that_was_not_given_is_refused(cast: Cast) -> None:
    @Prepared
    def of_today(people: list[UUID]) -> QuerySet[Membership]:
        return Membership.objects.live().filter(person__any_of=people)

    with pytest.raises(TypeError, match=r"of_today: .* is not given by name"):
        of_today(people=[cast.auditor.pk])


def test_values_are_bound_and_never_part_of_the_query(cast: Cast) -> None:
    @Prepared
    def named(name: str, names: list[str]) -> QuerySet[Person]:
        return Person.objects.filter(Q(email=name) | Q(email__any_of=names))

    sharp = "x') OR TRUE --"
    assert named(name=sharp, names=[sharp, "%s", "{}", '"', "\\"]) == []
    assert named(name="%s", names=[cast.auditor.email]) == [cast.auditor]


@pytest.mark.django_db(transaction=True)
def test_threads_that_ask_at_once_get_their_own_rows(cast: Cast) -> None:
    prepared = Prepared(build)
    people = [cast.university_office, cast.enterprise_office, cast.auditor]
    wrong: list[Person] = []

    def ask(person: Person) -> None:
        for _ in range(20):
            [own] = prepared(people=[person.pk], today=timezone.localdate())
            if own.person_id != person.pk:
                wrong.append(person)
        connection.close()

    threads = [threading.Thread(target=ask, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_what_lists_values_lists_them_still(cast: Cast) -> None:
    def counted(people: list[UUID]) -> QuerySet[Membership, tuple[UUID, int]]:
        rows = Membership.objects.filter(person__any_of=people).values_list("person")
        return rows.annotate(Count("pk")).order_by()

    office = cast.university_office.pk
    assert Prepared(counted)(people=[office]) == [(office, 1)]
