"""Units in formulas: literals and mixed signals are brought together, or refused."""

import pytest

from trialbench.errors import UnitError
from trialbench.stl import parse, unit_of, with_units

UNITS = {
    "brake": "Pa", "v": "m/s", "w": "km/h", "t": "degC", "k": "K", "p": "%", "x": "", "a": "m/s^2",
    "odd": "gizmo", "torque": "Nm", "yaw": "rad/s", "n": "rpm", "f": "1/min", "temp": "℃", "soc": "％", "gear": "-",
}  # fmt: skip
LISTED = "(docs/stl.md lists the known ones)"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("brake > 30 bar", "brake > 3000000"),
        ("30 bar < brake", "3000000 < brake"),
        ("v > 3", "v > 3"),
        ("w > 10 m/s", "w > 36"),
        ("v - w > 0", "v - w * 0.2777777777777778 > 0"),
        ("v / w > 1", "v / (w * 0.2777777777777778) > 1"),
        ("min(v, 36 km/h, 3) > 2", "min(v, 10, 3) > 2"),
        ("sqrt(v * v) > 36 km/h", "sqrt(v * v) > 10"),
        ("sqrt(x) > 3", "sqrt(x) > 3"),
        ("abs(-v) < 36 km/h", "abs(-v) < 10"),
        ("a * 2 s > v", "a * 2 > v"),
        ("v / a > 300 ms", "v / a > 0.3"),
        ("1 / v > 3 s/m", "1 / v > 3"),
        ("v / 2 > 36 km/h", "v / 2 > 10"),
        ("torque * x > 3 Nm", "torque * x > 3"),
        ("torque / 2 s > 3 W", "torque / 2 > 3"),
        ("k > 0 degC", "k > 273.15"),
        ("k < t", "k < t + 273.15"),
        ("t - 20 degC > 5 K", "t - 20 > 5"),
        ("t - 20 > 5 degC", "t - 20 > 5"),
        ("p > 50 %", "p > 50"),
        ("x > 50 %", "x > 50"),
        ("unheard > 50 %", "unheard > 50"),
        ("odd > 3 gizmo", "odd > 3"),
        ("1 m > 20 cm", "1 > 0.2"),
        ("true -> not v > 36 km/h", "true -> not v > 10"),
        (
            "(v > 36 km/h or v) until[0:1s] rise(v > 36 km/h)",
            "(v > 10 or v) until[0:1s] rise(v > 10)",
        ),
        ("temp > 60 degC", "temp > 60"),
        ("temp - 20 ℉ > 5 K", "temp - -6.666666666666667 > 5"),
        ("soc < 90 %", "soc < 90"),
        ("f < 30 Hz", "f < 1800"),
        ("n < 30 Hz", "n < 1800"),
        ("n < 180 deg/s", "n < 30"),
        ("n - f > 0", "n - f > 0"),
        ("gear > 3 unitless", "gear > 3"),
        ("gear > 3 m/s", "gear > 3"),
        ("abs(yaw * 0.337 m - v) < 3.6 km/h", "abs(yaw * 0.337 - v) < 1"),
        ("yaw - v / 0.337 m > 180 deg/s", "yaw - v / 0.337 > 3.141592653589793"),
        ("torque * yaw > 3 kW", "torque * yaw > 3000"),
        ("torque * n > 3 kW", "torque * n * 0.00010471975511965978 > 3"),
        ("t + 5 K > 90 degC", "t + 5 > 90"),
        ("5 K + t > 90 degC", "5 + t > 90"),
        ("t - 5 K > 90 degC", "t - 5 > 90"),
        ("t + 9 degF > 90 degC", "t + 5 > 90"),
        ("t > 90 degC - 5 K", "t > 90 - 5"),
        ("t > 5 K + 90 degC", "t > 5 + 90"),
        ("k + 5 K > 90 degC", "k + 5 > 363.15"),
        ("k + 5 degC > 90 degC", "k + 5 > 363.15"),
        ("t < 373.15 K", "t < 100"),
        ("t + (t - temp) > 90 degC", "t + (t - temp) > 90"),
        ("t - temp + t > 363.15 K", "t - temp + t > 90"),
        ("temp < t - 1", "temp < t - 1"),
        ("k < temp - t", "k < temp - t"),
        ("temp - t - k > 9 degF", "temp - t - k > 5"),
        ("temp - t + 1 K > 9 degF", "temp - t + 1 > 5"),
        ("max(t, temp + 5 K) > 363.15 K", "max(t, temp + 5) > 90"),
        ("(t + k) / 2 > 363.15 K", "(t + (k + -273.15)) / 2 > 90"),
        ("300 K - t > 0", "26.85 - t > 0"),
        ("v / w > 50 %", "v / (w * 0.2777777777777778) > 0.5"),
        ("v / w * 2 m > 30 cm", "v / (w * 0.2777777777777778) * 2 > 0.3"),
        ("sqrt(v / w) > 50 %", "sqrt(v / (w * 0.2777777777777778)) > 0.5"),
        ("soc * v > 3 m/s", "soc * v > 300"),
        ("once[0:1s](v > 36 km/h)", "once[0:1s](v > 10)"),
    ],
)
def test_what_meets_is_in_one_unit(text, told):
    formula = with_units(parse(text), UNITS)
    assert str(formula) == told
    assert with_units(formula, {}) == formula


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x > 0 and v > 3 s", "s cannot be converted into m/s, in 'v > 3 s'"),
        ("v + brake > 3", "Pa cannot be converted into m/s, in 'v + brake'"),
        ("v > 3 parsnip", f"unknown unit 'parsnip' {LISTED}, in 'v > 3 parsnip'"),
        ("odd > 3 bar", f"unknown unit 'gizmo' {LISTED}, in 'odd > 3 bar'"),
        ("v > 3 kmm/h", "unknown unit 'kmm/h' (did you mean 'km/h'?), in 'v > 3 kmm/h'"),
        ("yaw < 30 Hz", "Hz cannot be converted into rad/s, in 'yaw < 30 Hz'"),
        ("soc < 3 deg", "deg cannot be converted into ％, in 'soc < 3 deg'"),
        ("max(v, 3 K) > 3", "K cannot be converted into m/s, in 'max(v, 3 K)'"),
        ("v * v > 3 m/s", "m/s cannot be converted into m^2/s^2, in 'v * v > 3 m/s'"),
    ],
)
def test_what_does_not_fit_is_quoted(text, told):
    with pytest.raises(UnitError) as caught:
        with_units(parse(text), UNITS)
    assert str(caught.value) == told


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("v > 3 km/h", "m/s"),
        ("v * v", "(m/s)*(m/s)"),
        ("x > 3", ""),
        ("always v > 3", ""),
        ("t - 3 > 2", "delta_degC"),
        ("temp - 3 > 2", "delta_degC"),
        ("v / w > 2", "1"),
        ("abs(yaw * 0.337 m - v) < 1", "m/s"),
        ("gear > 2", ""),
        ("1 / v > 2", "(1)/(m/s)"),
        ("yaw * 0.337 m < 3 m/s", "m/s"),
        ("v / 0.337 m < 3 rad/s", "rad/s"),
        ("n * 0.337 m < 3 m/s", "m/s"),
        ("t < 373.15 K", "delta_degC"),
        ("t + 5 K", "degC"),
    ],
)
def test_the_unit_of_a_margin_is_told(text, unit):
    assert unit_of(parse(text), UNITS) == unit
