"""A calculated unit is told as a person writes it, and still means the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialbench.units import conversion, known, readable

WRITTEN = ("m/s", "km/h", "m", "rad/s", "deg/s", "rpm", "ms", "Nm", "V", "A", "%", "degC", "m/s²", "1/min", "㎞/h", "count", "l/100km", "mg/stroke")  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "told"),
    [
        ("(rad/s)*(m)", "m/s"),
        ("(rad/s)/(m/s)", "1/m"),
        ("(deg/s)*(m)", "deg*m/s"),
        ("(m/s)*(m/s)", "m^2/s^2"),
        ("((m/s)*(m/s))/(m)", "m/s^2"),
        ("((m/s²)*(m))**0.5", "m/s"),
        ("((m)*(s))**0.5", "m^0.5*s^0.5"),
        ("(Nm)*(rad/s)", "W"),
        ("(V)*(A)", "W"),
        ("(kg)*(m/s^2)", "N"),
        ("(1)/(m/s)", "s/m"),
        ("(1)/((kg)*(s))", "1/(kg*s)"),
        ("(delta_degC)/(s)", "K/s"),
        ("(l/100km)*(s)", "(l/100km)*s"),
        ("(count)*(mm)", "mm"),
        ("(gizmo)*(m/s)", "gizmo*m/s"),
        ("delta_degC", "K"),
        ("delta_degF", "degF"),
        ("km/h", "km/h"),
        ("(km/h)", "(km/h)"),
        ("1", ""),
        ("", ""),
    ],
)
def test_a_calculated_unit_reads_as_people_write_it(unit: str, told: str) -> None:
    assert readable(unit) == told


@given(st.recursive(st.sampled_from(WRITTEN), lambda inner: st.one_of(
    st.tuples(inner, inner).map(lambda two: f"({two[0]})*({two[1]})"),
    st.tuples(inner, inner).map(lambda two: f"({two[0]})/({two[1]})")), max_leaves=4))  # fmt: skip
def test_it_means_what_was_calculated(unit: str) -> None:
    told = readable(unit)
    if known(unit) and told not in ("", "1"):
        factor, offset = conversion(unit, told)
        assert factor == pytest.approx(1.0)
        assert offset == 0.0
