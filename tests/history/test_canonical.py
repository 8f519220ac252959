"""The canonical form of facts."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from jointlab.history.chain import canonical

ANY = UUID("0191d3a0-0000-7000-8000-000000000001")


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (date(2019, 6, 24), '"2019-06-24"'),
        (datetime(2019, 6, 24, 9, 30, tzinfo=timezone(timedelta(hours=8))), '"2019-06-24T01:30:00+00:00"'),
        (datetime(2019, 6, 24, 1, 30, 0, 5, tzinfo=UTC), '"2019-06-24T01:30:00.000005+00:00"'),
        (ANY, f'"{ANY}"'),
        (Decimal("1.50"), '"1.50"'),
        (("a", None, True), '["a",null,true]'),
        ("a\nb\u2028\x00é重", '"a\\nb\u2028\\u0000é重"'),
        ({"b": 1, "a": {"d": 2, "c": 3}}, '{"a":{"c":3,"d":2},"b":1}'),
        # RFC 8785 sorts by UTF-16: U+1F600 (D83D DE00) comes before U+FB33.
        ({"\ufb33": 1, "😀": 2}, '{"😀":2,"\ufb33":1}'),
    ],
)  # fmt: skip
def test_facts_are_kept_in_one_form(value: Any, kept: str) -> None:
    assert canonical({"fact": value}) == f'{{"fact":{kept}}}'


@pytest.mark.parametrize(
    "value",
    [1.5, float("nan"), 2**53, {1: "a"}, {"a", "b"}, b"raw", object(), gettext_lazy("later")],
)
def test_what_could_be_read_in_two_ways_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="history"):
        canonical({"fact": value})


@given(
    st.dictionaries(st.text(), st.text() | st.integers(-100, 100) | st.lists(st.text(), max_size=3))
)
def test_the_form_is_stable_and_on_one_line(facts: dict[str, Any]) -> None:
    kept = canonical(facts)
    assert json.loads(kept) == facts
    assert canonical(json.loads(kept)) == kept
    assert "\n" not in kept
