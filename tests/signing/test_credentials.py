"""A person's key, sealed by their own PIN, at the cost that it has on a real instance."""

from __future__ import annotations

import pytest

from jointlab.signing.signatures import credentials
from jointlab.signing.signatures.credentials import Damaged, WrongPin
from tests.settings import USUAL_LOG_N

PEPPER = b"of this instance"
KEY = credentials.new_key()
with pytest.MonkeyPatch.context() as patch:
    patch.setattr(credentials, "LOG_N", USUAL_LOG_N)
    SEALED = credentials.seal(KEY, "739 152", PEPPER)


@pytest.fixture(autouse=True)
def at_the_usual_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "LOG_N", USUAL_LOG_N)


def test_who_has_it_all_still_needs_a_tenth_of_a_second_for_each_guess() -> None:
    assert (SEALED[:4], SEALED[4]) == (b"jls1", 15)


def test_the_right_pin_opens_the_key() -> None:
    opened = credentials.open(SEALED, "739 152", PEPPER)
    assert opened.private_numbers() == KEY.private_numbers()


def test_a_pin_in_wide_digits_is_the_same_pin() -> None:
    assert credentials.open(SEALED, "７３９ １５２", PEPPER)


@pytest.mark.parametrize("pin", ["", "739152", "739 153", "739 152 "])
def test_another_pin_does_not(pin: str) -> None:
    with pytest.raises(WrongPin):
        credentials.open(SEALED, pin, PEPPER)


def test_the_database_alone_does_not_help_without_the_pepper() -> None:
    with pytest.raises(WrongPin):
        credentials.open(SEALED, "739 152", b"of another instance")


def test_the_key_is_not_in_what_is_kept_and_each_seal_is_another() -> None:
    number = KEY.private_numbers().private_value.to_bytes(32, "big")
    assert number not in SEALED
    assert credentials.seal(KEY, "739 152", PEPPER)[5:] != SEALED[5:]


@pytest.mark.parametrize("at", [5, 20, 21, 32, 33, 60, -1])
def test_a_changed_container_opens_no_more(at: int) -> None:
    changed = bytearray(SEALED)
    changed[at] ^= 1
    with pytest.raises(WrongPin):
        credentials.open(bytes(changed), "739 152", PEPPER)


@pytest.mark.parametrize(
    "sealed",
    [
        b"",
        b"jls1",
        b"jls2" + SEALED[4:],
        SEALED[:4] + b"\x1e" + SEALED[5:],
        SEALED[:4] + b"\x01" + SEALED[5:],
    ],
)
def test_what_is_no_sealed_key_costs_neither_time_nor_memory(sealed: bytes) -> None:
    with pytest.raises(Damaged):
        credentials.open(sealed, "739 152", PEPPER)


@pytest.mark.parametrize(
    ("pin", "reason"),
    [
        ("12345", "short"),
        ("１２３４５", "short"),
        ("7" * 65, "long"),
        ("777777", "repeated"),
        ("121212", "repeated"),
        ("729729", "repeated"),
        ("123456", "sequence"),
        ("987654", "sequence"),
        ("890123", "sequence"),
        ("abcdef", "sequence"),
        ("QWERTY", "sequence"),
        ("739152", None),
        ("correct horse", None),
        ("비밀번호셋둘", None),
    ],
)
def test_a_weak_pin_is_told_why(pin: str, reason: str | None) -> None:
    assert credentials.weak_pin(pin) == reason
