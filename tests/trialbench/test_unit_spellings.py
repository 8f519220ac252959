"""How units are written: each spelling is the unit that it says, and nothing else."""

from __future__ import annotations

import re

import pytest

from tests.data import DATA, with_data
from trialbench.errors import UnitError
from trialbench.units import conversion, known, names_no_unit

SPELLED = {
    "degC": "℃ ºC °C ˚C °c degC Deg_C deg.C degreeC Celsius Â°C ⁰C C oC 摄氏度 Unit_DegreCelsi",
    "degF": "℉ ºF degF Fahrenheit F",
    "percent": "％ % pct Percent PERCENT Prozent %SOC Unit_PerCent 퍼센트",
    "km/h": "㎞/h ｋｍ／ｈ km/h Km/h KM/H km/hr kph KPH kmh KMH kmph km∕h km·h⁻¹ 公里/小时 千米/时 Unit_KiloMeterPerHour",
    "mph": "mph MPH Mph mi/h miles/hour",
    "rpm": "rpm RPM Rpm r/min rev/min U/min Upm UPM Umin tr/min 转/分 转每分钟 Umdrehungen/min",
    "1/min": "1/min min-1 min^-1 min⁻¹ 1/MIN Unit_MinutInver",
    "m/s^2": "m/s^2 m/s2 m/s² m/s/s m/sec2 m/sec^2 m/s**2 m·s⁻² ㎨ M/S2 mps2 Unit_MeterPerSeconSquar",
    "Nm": "Nm NM N.m N·m N*m N-m Nm. newton*meter 牛米 Unit_NewtoMeter",
    "deg/s": "deg/s °/s º/s Deg/Sec DEG/S degree/s Grad/s grad/s °Grad/s deg/sek dps 度/秒 Unit_DegreOfArcPerSecon",
    "deg": "deg Deg DEG ° º degrees Degree grad Grad °KW °CA degCA degNW 度 도 Unit_DegreOfArc",
    "G": "G g g's",
    "volt": "V Volt Volts VOLT volts VDC 伏 볼트 Unit_Volt",
    "ampere": "A Amp Amps AMP ampere 安 Unit_Amper",
    "ohm": "Ω Ω ohm Ohm OHM Ohms Unit_Ohm",
    "kohm": "kΩ kOhm KOhm ㏀",
    "μs": "µs μs us usec ㎲ Unit_MicroSecon",
    "ms": "ms msec Msec millisecond 毫秒 Unit_MilliSecon",
    "s": "s sec Sec SEC secs seconds Sekunden sek 秒 초 Unit_Secon",
    "min": "min Min MIN mins minutes Minuten 分钟",
    "h": "h hr HR hrs hours Std. 小时",
    "km": "km Km KM kilometer KiloMeter ㎞ 公里 Unit_KiloMeter",
    "mm": "mm MM millimeter Milli_Meter 毫米",
    "liter": "l L ltr Liter LITRE ℓ",
    "l/h": "l/h L/h L/H Unit_LiterPerHour",
    "l/100km": "l/100km L/100km litre/100km",
    "kg/h": "kg/h KG/H kg/hr kilogram/hour",
    "kPa": "kPa kpa KPA KPa ㎪ kilopascal",
    "bar": "bar Bar BAR",
    "mbar": "mbar Mbar MBAR Millibar Unit_MilliBar",
    "psi": "psi PSI",
    "kW": "kW kilowatt KW Unit_KiloWatt",
    "PS": "PS",
    "kWh": "kWh KWH kwh kW*h kW-h",
    "wh/km": "Wh/km watt*hour/km wattHr/km",
    "lb-ft": "lb-ft ft-lb lbft ft.lbf",
    "count": "count counts Cnt pulses Steps tics Zaehler",
    "Hz": "Hz HZ hz 1/s s-1 s^-1 Unit_Hertz",
    "rad/s": "rad/s radians/second rad/sec",
    "rad/s^2": "rad/s^2 rad/s² rad/sec2",
}  # fmt: skip
SEVERAL_WORDS = {
    "degC": ["deg C", "Degrees Celsius", "Grad C", "Deg. C"], "m/s^2": ["meters per second squared", "m / s ^ 2", "m s-2"],
    "deg/s": ["degrees per second"], "m^3/s": ["cubic meters per second"], "kg*m/s^2": ["kg m s-2"], "km/h": ["[km/h]"],
    "%": ["percent duty cycle"], "count": ["pulse count"], "N*m": ["N m"], "cm^2/s": ["square centimeters per second"], "W/(m^2*K)": ["W/(m2 K)"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("spelling", "unit"),
    [(one, unit) for unit, those in SPELLED.items() for one in those.split()]
    + [(one, unit) for unit, those in SEVERAL_WORDS.items() for one in those],
)
def test_a_spelling_is_the_unit_that_it_says(spelling: str, unit: str) -> None:
    assert known(spelling)
    assert conversion(spelling, unit) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mW", "MW"),
        ("mV", "MV"),
        ("mA", "MA"),
        ("mHz", "MHz"),
        ("mOhm", "MOhm"),
        ("mPa", "MPa"),
        ("mJ", "MJ"),
        ("mN", "MN"),
    ],
)
def test_the_case_of_a_prefix_tells(one: str, other: str) -> None:
    assert conversion(one, other) == (1e-9, 0.0)


@pytest.mark.parametrize(
    ("one", "other"), [("s", "S"), ("h", "H"), ("t", "T"), ("ms", "mS"), ("m", "M")]
)
def test_the_case_of_a_symbol_tells(one: str, other: str) -> None:
    with pytest.raises(UnitError):
        conversion(one, other)


@pytest.mark.parametrize(
    "written",
    ["", " ", "-", "--", "SED", "unitless", "Unitless", "none", "None", "n/a", "N/A", "NA", "enum", "bool", "flag",
     "no unit", "No_Unit", "Unit_None", "dimensionless", "index", "hex", "raw", "state", "[-]", "on/off", "无", "없음"],
)  # fmt: skip
def test_a_placeholder_names_no_unit(written: str) -> None:
    assert names_no_unit(written)
    assert not known(written)


@pytest.mark.parametrize("written", ["1", "%", "°", "count", "bit", "m", "A", "no/s"])
def test_what_means_something_is_no_placeholder(written: str) -> None:
    assert not names_no_unit(written)


@pytest.mark.parametrize(
    "written",
    [
        "PC",
        "Cl",
        "bag",
        "fifth",
        "Min/",
        "hand",
        "Unit_Gizmo",
        "Unit_MilliPerSecon",
        "square per second",
        "Zuladung",
        "/s",
        "1/2 s",
        "0.1 km/h",
        "km/h?",
        "sats",
    ],
)
def test_pints_looser_readings_are_not_taken(written: str) -> None:
    assert not known(written)


@with_data
def test_at_most_one_unit_in_a_hundred_of_the_shared_databases_is_not_understood() -> None:
    units = [
        unit
        for path in (DATA / "opendbc").glob("*.dbc")
        for unit in re.findall(r'^\s*SG_ .*\]\s*"([^"]+)"', path.read_text("cp1252"), re.MULTILINE)
    ]
    lost = [unit for unit in units if not known(unit) and not names_no_unit(unit)]
    assert len(units) > 2000
    assert len(lost) <= len(units) / 100
