"""pint's registry with dimensions for what is no bare number: angles, counts, information, levels."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pint

ANGLE: Final = "radian"
COUNT: Final = "count"
LENGTH: Final = "meter"
"""The registry's names of three base units."""

_DEFINITIONS: Final = """
radian = [angle] = rad
bit = [information]
count = [counting]
above_ambient = [pressure_above_ambient]
level_dB = [level]
level_dBm = [level_over_a_milliwatt]
level_dBA = [level_of_sound]
level_dBuV = [level_over_a_microvolt]
level_dBsm = [level_over_a_square_meter]
newton_meter = newton * meter = Nm
decanewton = 10 * newton = daN
decanewton_meter = 10 * newton_meter = daNm
square_meter = meter ** 2
cubic_meter = meter ** 3
ppb = 1e-9
hundred_kilometer = 100 * kilometer
var = volt * ampere
ampere_second = ampere * second = As
volt_second = volt * second = Vs
watt_second = watt * second = Ws
newton_meter_second = newton * meter * second = Nms
@alias ohm = Ohm
@alias watt = Watt
@alias volt = Volt
@alias ampere = Amp
@alias baud = Baud
@alias watt_hour = Whr
@alias ampere_hour = Ahr
"""
_PREFIXES: Final = frozenset(
    ("", "pico", "nano", "micro", "milli", "centi", "deci", "hecto", "kilo", "mega", "giga", "tera")
)
"""Others make units of any letters: `PA` would be a petaampere, `pa` a picoyear."""
_NAMES: Final = """
    meter second ampere candela gram mole kelvin radian bit byte count
    degree arcminute arcsecond grade steradian turn percent permille ppm ppb strain
    minute hour day week month year hertz revolutions_per_minute revolutions_per_second counts_per_second baud
    inch foot yard mile nautical_mile thou micron angstrom hectare acre
    liter gallon quart fluid_ounce barrel cubic_centimeter square_meter cubic_meter
    knot kilometer_per_hour mile_per_hour meter_per_second foot_per_second standard_gravity galileo
    metric_ton ton pound ounce newton dyne force_pound force_kilogram force_gram force_ounce decanewton
    newton_meter decanewton_meter foot_pound joule calorie british_thermal_unit electron_volt watt_hour
    watt horsepower metric_horsepower volt_ampere var pascal bar torr standard_atmosphere technical_atmosphere
    pound_force_per_square_inch kip_per_square_inch meter_Hg inch_Hg meter_H2O inch_H2O foot_H2O
    degree_Celsius degree_Fahrenheit degree_Rankine delta_degree_Celsius delta_degree_Fahrenheit
    coulomb ampere_hour ampere_second volt_second watt_second newton_meter_second volt ohm siemens farad
    weber henry tesla gauss lumen lux nit poise stokes becquerel gray sievert
"""
_UNITS: Final = frozenset(_NAMES.split())
"""What pint knows and vehicles measure: it also has bags, fifths and elementary charges."""
_NO_SYMBOLS: Final = frozenset(("a", "P", "St", "dB"))
"""Nobody means a year, a poise, a stokes or a tenth of a byte by these."""


@cache
def registry() -> pint.UnitRegistry[Any]:
    """The registry. Its factors are fractions, so that a minute is exactly 60 seconds."""
    import pint  # half of the bench's start-up otherwise, and most formulas carry no unit

    made: pint.UnitRegistry[Any] = pint.UnitRegistry(
        None, cache_folder=None, on_redefinition="ignore", non_int_type=Fraction
    )
    # Ours before anything is worked out: pint keeps what it has found of pint's own radian.
    made.load_definitions(Path(pint.__file__).with_name("default_en.txt"))
    made.load_definitions(_DEFINITIONS.splitlines())
    return made


@cache
def is_name(word: str, *, symbols: bool = True) -> bool:
    """Whether the registry knows the word as a vehicle's unit, in exactly this case.

    Without `symbols`, prefixes count only when they are written out: `millibar`, not `mbar`.
    """
    plural = word.islower() and len(word) > 3  # `Nms` is no plural
    return word not in _NO_SYMBOLS and any(
        prefix in _PREFIXES
        and unit in _UNITS
        and (symbols or word.startswith(prefix))
        and (plural or not suffix)
        for prefix, unit, suffix in registry().parse_unit_name(word)
    )
