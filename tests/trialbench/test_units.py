from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialbench.errors import UnitError
from trialbench.units import conversion, known


def test_speeds_and_pressures_are_converted() -> None:
    assert conversion("km/h", "m/s") == (pytest.approx(1 / 3.6), 0.0)
    assert conversion("bar", "Pa") == (pytest.approx(1e5), 0.0)


def test_a_temperature_carries_its_offset() -> None:
    assert conversion("deg C", "K") == (pytest.approx(1.0), pytest.approx(273.15))


def test_the_same_text_converts_even_where_nobody_knows_it() -> None:
    assert conversion("SED", " SED") == (1.0, 0.0)


def test_other_dimensions_are_refused_by_name() -> None:
    with pytest.raises(UnitError, match="rad/s cannot be converted into m/s"):
        conversion("rad/s", "m/s")


@pytest.mark.parametrize("written", ["PatchNumber", "m/(s", "1/0", "m**", "'", "\\", "((", "0x"])
def test_what_is_no_unit_is_unknown(written: str) -> None:
    assert not known(written)
    with pytest.raises(UnitError, match="unknown unit"):
        conversion(written, "m/s")


def test_an_empty_text_names_no_unit() -> None:
    assert not known("  ")


@given(st.text(max_size=12))
def test_any_text_is_either_a_unit_or_told_to_be_none(written: str) -> None:
    known(written)
