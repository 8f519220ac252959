from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointlab.parties.codes import is_credit_code, is_ror, ror_of


@pytest.mark.parametrize("ror", ["03yrm5c26", "03cve4549", "03dgaqz26", "05kxbz959"])
def test_ids_of_the_registry_are_known_as_such(ror: str) -> None:
    assert is_ror(ror)


@given(st.integers(1, 8), st.sampled_from("0123456789abcdefghjkmnpqrstvwxyz"))
def test_one_wrong_character_is_noticed(place: int, other: str) -> None:
    right = "03yrm5c26"
    wrong = right[:place] + other + right[place + 1 :]
    assert is_ror(wrong) == (wrong == right)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "03yrm5c2",
        "03yrm5c266",
        "13yrm5c26",
        "03yrl5c26",
        "03YRM5C26",
        "03yrm5c²6",
        "03yrm5c2６",
    ],
)
def test_what_does_not_look_like_one_is_none(text: str) -> None:
    assert not is_ror(text)


@pytest.mark.parametrize(
    "text",
    ["03yrm5c26", "https://ror.org/03yrm5c26", " HTTPS://ROR.org/03YRM5C26/ ", "ror.org/03yrm5c26"],
)
def test_an_address_is_taken_for_its_id(text: str) -> None:
    assert ror_of(text) == "03yrm5c26"


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110000600037341L"])
def test_codes_of_the_register_are_known_as_such(code: str) -> None:
    assert is_credit_code(code)


@given(st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_of_a_credit_code_is_noticed(place: int, other: str) -> None:
    right = "91350100M000100Y43"
    wrong = right[:place] + other + right[place + 1 :]
    assert is_credit_code(wrong) == (wrong == right)


@pytest.mark.parametrize(
    "text", ["", "91350100M000100Y4", "91350100M000100O43", "91350100m000100y43"]
)
def test_what_does_not_look_like_a_credit_code_is_none(text: str) -> None:
    assert not is_credit_code(text)
