"""What units mean and what becomes of what, against the SI Brochure, pint and algebra."""

from __future__ import annotations

import math

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialbench.errors import UnitError
from trialbench.units import conversion, converted, difference, known, names_no_unit, require_known

ALIKE = [
    ["m/s", "km/h", "mph", "knot", "mm/s", "ft/min"],
    ["Pa", "kPa", "bar", "mbar", "psi", "mmHg", "N/mm^2"],
    ["rad", "deg", "mrad", "arcmin", "rev", "gon"],
    ["rad/s", "deg/s", "rpm", "rev/s"],
    ["Hz", "1/min", "1/s", "kHz", "1/h"],
    ["degC", "degF", "K"],
    ["Nm", "cNm", "kNm", "lb-ft"],
    ["W", "kW", "hp", "PS"],
    ["J", "kWh", "Ws", "MJ"],
    ["m/s^2", "g", "mG", "km/h/s"],
    ["%", "1", "ppm", "‰"],
    ["bit/s", "kB/s", "Mbit/s"],
    ["l/100km", "l/km", "mm^2"],
]
"""Units of one dimension each."""

pairs = st.sampled_from(ALIKE).flatmap(
    lambda units: st.tuples(st.sampled_from(units), st.sampled_from(units))
)
triples = st.sampled_from(ALIKE).flatmap(lambda units: st.tuples(*[st.sampled_from(units)] * 3))
values = st.floats(-1e6, 1e6)


@pytest.mark.parametrize(
    ("source", "target", "factor"),
    [
        # SI Brochure, 9th edition, tables 4 and 8: 1 min = 60 s, 1 h = 3600 s, 1° = π/180 rad, 1 l = 1 dm³.
        ("1/min", "Hz", 1 / 60),
        ("1/min", "1/s", 1 / 60),
        ("km/h", "m/s", 1 / 3.6),
        ("deg/s", "rad/s", math.pi / 180),
        ("l/h", "m^3/s", 1e-3 / 3600),
        ("bar", "Pa", 1e5),
        ("kWh", "J", 3.6e6),
        ("Ah", "C", 3600),
        # One revolution is a cycle, and 2π radians.
        ("rpm", "Hz", 1 / 60),
        ("rpm", "1/min", 1),
        ("Hz", "rpm", 60),
        ("rpm", "rad/s", 2 * math.pi / 60),
        ("U/min", "rad/s", 2 * math.pi / 60),
        ("rad/s", "rpm", 60 / (2 * math.pi)),
        ("rpm", "deg/s", 6),
        ("rpm/s", "rad/s^2", 2 * math.pi / 60),
        # 3rd General Conference on Weights and Measures: g = 9.80665 m/s².
        ("g", "m/s^2", 9.80665),
        ("PS", "W", 75 * 9.80665),
        ("mph", "km/h", 1.609344),
        ("psi", "kPa", 6.894757293168361),
        ("%", "1", 0.01),
        ("ppm", "%", 1e-4),
        ("kB", "bit", 8000),
        ("l/100km", "l/km", 0.01),
    ],
)
def test_a_factor_is_that_of_its_definition(source: str, target: str, factor: float) -> None:
    assert conversion(source, target) == (pytest.approx(factor, rel=1e-15), 0.0)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Hz", "rad/s"), ("1/s", "deg/s"), ("1/min", "rad/s"), ("rad/s", "Hz"), ("rad", "1"), ("deg", "%"),
        ("count", "%"), ("count", "1"), ("bit", "%"), ("bit", "count"), ("byte/s", "Hz"), ("dB", "%"), ("dB", "1"),
        ("dBm", "dB"), ("dBm", "mW"), ("Nm/deg", "Nm"), ("psig", "psi"), ("lux", "nit"), ("rad/s", "m/s"),
    ],
)  # fmt: skip
def test_other_dimensions_are_refused_by_name(source: str, target: str) -> None:
    with pytest.raises(UnitError, match="cannot be converted into"):
        conversion(source, target)


def test_what_fits_decides_between_two_meanings() -> None:
    assert conversion("g", "kg") == (1e-3, 0.0)
    assert conversion("g/s", "kg/h")[0] == pytest.approx(3.6)
    assert conversion("g", "m/s²") == (9.80665, 0.0)
    assert conversion("C", "K") == (1.0, 273.15)
    assert conversion("mC", "C") == (1e-3, 0.0)
    assert conversion("KW", "W") == (1000.0, 0.0)
    assert conversion("KW", "deg") == (1.0, 0.0)


def test_a_temperature_carries_its_offset_and_a_difference_none() -> None:
    assert conversion("deg C", "K") == (1.0, 273.15)
    assert converted(212, "°F", "℃") == 100
    assert conversion(difference("℃"), "K") == (1.0, 0.0)
    assert conversion(difference("deg F"), "K")[1] == 0.0
    assert conversion("W/degC", "W/K") == (1.0, 0.0)
    assert difference("km/h") == "km/h"
    assert difference("cups") == "cups"


def test_a_value_is_converted_exactly_and_rounded_once() -> None:
    assert converted(600, "1/min", "Hz") == 10
    assert converted(36, "km/h", "m/s") == 10
    assert converted(0.1, "bar", "kPa") == 10


def test_the_same_text_converts_even_where_nobody_knows_it() -> None:
    assert conversion("gizmo", " gizmo") == (1.0, 0.0)


def test_a_source_without_a_unit_is_believed_and_a_target_refused() -> None:
    assert conversion("SED", "m/s") == (1.0, 0.0)
    with pytest.raises(UnitError, match="m/s cannot be converted into '-', which names no unit"):
        conversion("m/s", "-")


@pytest.mark.parametrize(
    ("source", "target", "factor"),
    [
        ("(rad/s)*(m)", "m/s", 1),
        ("(rpm)*(m)", "m/s", 2 * math.pi / 60),
        ("(m/s)/(m)", "rad/s", 1),
        ("(m/s)/(m)", "Hz", 1),
        ("((rad/s)*(rad/s))*(m)", "m/s^2", 1),
        ("(Nm)*(rpm)", "kW", 2 * math.pi / 60 / 1000),
        ("(W)/(N*m)", "rpm", 60 / (2 * math.pi)),
        ("(count)*(mm)", "m", 1e-3),
        ("(count)/(s)", "Hz", 1),
        ("(%)*(m/s)", "m/s", 0.01),
        ("((km/h)*(km/h))**0.5", "m/s", 1 / 3.6),
        ("(deg)*(deg)", "rad^2", (math.pi / 180) ** 2),
        ("(m)**0.5", "mm^0.5", 1000**0.5),
        ("(km/h)**0.5", "(m/s)**0.5", 3.6**-0.5),
    ],
)
def test_a_calculated_angle_is_a_number_where_a_length_takes_part(
    source: str, target: str, factor: float
) -> None:
    assert conversion(source, target) == (pytest.approx(factor), 0.0)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("(Hz)*(s)", "rad"),
        ("(rad/s)*(s)", "1"),
        ("(rad/s)*(kg)", "kg/s"),
        ("(bit)*(m)", "m"),
        ("(m/s)*(m)", "rad/s"),
    ],
)
def test_no_other_calculation_loses_an_angle(source: str, target: str) -> None:
    with pytest.raises(UnitError, match="cannot be converted"):
        conversion(source, target)


def test_a_temperature_with_its_own_zero_is_not_multiplied() -> None:
    with pytest.raises(UnitError, match="cannot be multiplied: give it in K"):
        conversion("(degC)*(m)", "K*m")


@pytest.mark.parametrize(
    "written", ["PatchNumber", "m/(s", "1/0", "m**", "'", "\\", "((", "0x", "s^9^9", "m" * 99]
)
def test_what_is_no_unit_is_unknown(written: str) -> None:
    assert not known(written)
    with pytest.raises(UnitError, match="unknown unit"):
        conversion(written, "m/s")


@pytest.mark.parametrize("written", ["kph/mph", "km/h or MPH"])
def test_what_may_be_either_is_not_taken_for_a_quotient(written: str) -> None:
    with pytest.raises(UnitError, match="the one unit or the other"):
        conversion(written, "1")


def test_an_unknown_unit_is_told_with_the_nearest() -> None:
    with pytest.raises(UnitError, match=r"unknown unit 'kmm/h' \(did you mean 'km/h'\?\)"):
        require_known("kmm/h")
    with pytest.raises(UnitError, match="'-' names no unit: leave it out"):
        require_known("-")


@given(st.text(max_size=12))
def test_any_text_is_either_a_unit_or_told_to_be_none(written: str) -> None:
    assert not (known(written) and names_no_unit(written))


@given(values, pairs)
def test_there_and_back_is_where_it_was(value: float, units: tuple[str, str]) -> None:
    source, target = units
    assert converted(converted(value, source, target), target, source) == pytest.approx(
        value, rel=1e-12, abs=1e-9
    )


@given(values, triples)
def test_a_detour_ends_in_the_same_place(value: float, units: tuple[str, str, str]) -> None:
    first, second, third = units
    assert converted(converted(value, first, second), second, third) == pytest.approx(
        converted(value, first, third), rel=1e-12, abs=1e-9
    )


ORACLE: pint.UnitRegistry[float] = pint.UnitRegistry(cache_folder=None)


@given(
    values,
    st.sampled_from(["m/s", "km/h", "mile/hour", "ft/s", "knot"]),
    st.sampled_from(["mm/s", "m/min"]),
)
def test_pint_itself_agrees_where_no_angle_is_about(value: float, source: str, target: str) -> None:
    expected = ORACLE.Quantity(value, source).to(target).magnitude
    assert converted(value, source, target) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("psi", "bar"),
        ("hp", "kW"),
        ("mmHg", "Pa"),
        ("lbf", "N"),
        ("Btu", "J"),
        ("gallon/hour", "l/h"),
        ("acre", "m^2"),
    ],
)
def test_pint_itself_agrees_on_the_customary_ones(source: str, target: str) -> None:
    expected = ORACLE.Quantity(1.0, source).to(target).magnitude
    assert conversion(source, target)[0] == pytest.approx(expected, rel=1e-12)
