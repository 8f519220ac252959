"""Who runs the instance: added by another operator, or by whoever holds the machine."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth import authenticate

from jointlab.common.errors import NotVisible, Refusal
from jointlab.config.cli import parser
from jointlab.history.chain import INSTANCE
from jointlab.history.models import Entry
from jointlab.parties.models import Person
from jointlab.parties.services.people import add_operator
from tests.cast import Cast

NAME = {"name_own": "운영자", "language_own": "ko"}
PASSWORD = "wheel-slip-at-50.3-s"


def run(monkeypatch: pytest.MonkeyPatch, password: str, address: str = "new@example.org") -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    line = ["operator", "add", address, "--name", "运营者", "--language", "zh-hans"]
    arguments = parser().parse_args(line)
    code: int = arguments.run(arguments)
    return code


def test_an_operator_adds_another_and_the_instances_chain_says_so(cast: Cast) -> None:
    person = add_operator(by=cast.operator, email=" New@Example.org", password=PASSWORD, **NAME)
    assert (person.email, person.is_operator) == ("new@example.org", True)
    entry = Entry.objects.filter(chain=INSTANCE).latest("number")
    assert (entry.event, entry.actor) == ("parties.operator_added", cast.operator.pk)
    assert entry.facts["person"]["name"]["own"] == "운영자"


def test_nobody_else_adds_an_operator(cast: Cast) -> None:
    with pytest.raises(NotVisible):
        add_operator(by=cast.university_office, email="new@example.org", password=PASSWORD, **NAME)
    assert not Person.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize("email", ["engineer@example.org", "ENGINEER@example.org", "no address"])
def test_an_address_that_is_taken_or_none_is_refused(cast: Cast, email: str) -> None:
    before = Entry.objects.count()
    with pytest.raises(Refusal):
        add_operator(by=None, email=email, password=PASSWORD, **NAME)
    assert Entry.objects.count() == before


def test_the_command_makes_an_account_that_signs_in(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(monkeypatch, PASSWORD) == 0
    person = authenticate(email="new@example.org", password=PASSWORD)
    assert isinstance(person, Person)
    assert (person.name_own, person.language_own, person.language) == (
        "运营者",
        "zh-Hans",
        "zh-hans",
    )


@pytest.mark.parametrize("password", ["", "short", "password"])
def test_the_command_refuses_a_weak_password(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    with pytest.raises(Refusal):
        run(monkeypatch, password)
    assert not Person.objects.filter(email="new@example.org").exists()
