"""What the vehicle industry writes for a unit, in terms of the registry's names."""

from __future__ import annotations

from typing import Final

TWO_MEANINGS: Final = {
    "g": ("standard_gravity", "gram"), "mg": ("milligram", "millistandard_gravity"),
    "C": ("degree_Celsius", "coulomb"), "F": ("degree_Fahrenheit", "farad"),
    "nm": ("newton_meter", "nanometer"), "KW": ("kilowatt", "degree"),
}  # fmt: skip
"""What of two meanings is meant, the unit that it meets decides: an acceleration in g, a mass in g."""

EXACT: Final = {
    "G": "standard_gravity", "Gs": "standard_gravity", "mG": "millistandard_gravity", "M/S": "meter/second",
    "M/S2": "meter/second**2", "M/S^2": "meter/second**2", "MM": "millimeter", "kM": "kilometer",
    "NM": "newton_meter", "Ncm": "newton*centimeter", "Nmm": "newton*millimeter", "NW": "degree", "Grad": "degree",
    "U": "revolution", "r": "revolution", "R": "revolution", "PS": "metric_horsepower", "kt": "knot",
    "PA": "pascal", "pa": "pascal", "MPA": "megapascal", "Mpa": "megapascal", "Mbar": "millibar",
    "mv": "millivolt", "ma": "milliampere", "MOHM": "megaohm", "lb": "pound", "ML": "milliliter",
    "Min": "minute", "Mins": "minute", "Msec": "millisecond", "mg/H": "milligram/count",
    "B": "byte", "KB": "kilobyte", "Mb": "megabit", "kb": "kilobit", "Kb": "kilobit", "Gb": "gigabit",
}  # fmt: skip
"""Spellings whose case tells."""

_ANY_CASE: Final = {
    "degree": "° deg degs degree degrees degre degr grad °grad winkelgrad arcdeg degré degrés 度 도"
              " degca degcrk degcrank degkw degnw degcam °ca °crk °kw °nw °cam cad degbtdc degatdc"
              " degbeforetdc degaftertdc °btdc °atdc crankdeg crankangle",
    "degree_Celsius": "°c degc degreec degreesc degcelsius degreecelsius degreescelsius degreecentigrade"
                      " degreescentigrade gradc gradcelsius °celsius celsius centigrade oc 'c 摄氏度 섭씨",
    "degree_Fahrenheit": "°f degf degreef degreesf degfahrenheit degreefahrenheit degreesfahrenheit"
                         " °fahrenheit fahrenheit 'f 华氏度",
    "kelvin": "k °k degk kelvin kelvins degreekelvin degreeskelvin 开尔文",
    "percent": "% pct perc percent percents percentage prozent pourcent %dutycycle percentdutycycle %dc %rh %soc"
               " %vol vol% 百分比 퍼센트",
    "permille": "‰ promille permil permille", "ppm": "ppm", "ppb": "ppb",
    "dimensionless": "1 ratio fraction lambda λ afr",
    "revolution": "rev revs revolution revolutions turn turns umdrehung umdrehungen umdr rot tr tour tours giri"
                  " 转 회전 回転",
    "revolution/minute": "rpm rpms upm umin", "revolution/second": "rps",
    "meter/second": "mps", "kilometer/hour": "kph kmh kmph kmhr kmperhour", "mile/hour": "mph",
    "knot": "kn kts knot knots",
    "meter/second**2": "mps2 mpss mss m/ss mpsps m/s/s", "degree/second": "dps degps",
    "standard_gravity": "gs g's gforce gravity gn",
    "newton_meter": "newtonmeter newtonmeters newtonmetre newtonmetres 牛米",
    "foot*force_pound": "lbft lbfft ftlb ftlbf ftlbs lbsft lb*ft ft*lb ft*lbs lbs*ft lbf*ft ft*lbf",
    "inch*force_pound": "inlb inlbf inlbs lbin lb*in in*lb in*lbf",
    "bar": "bar bars bara 巴", "millibar": "mbar mbara", "kilopascal": "kpa kpaa 千帕", "hectopascal": "hpa",
    "megapascal": "兆帕", "pascal": "帕",
    "psi": "psi psia", "psi*above_ambient": "psig", "bar*above_ambient": "barg", "millibar*above_ambient": "mbarg",
    "kilopascal*above_ambient": "kpag",
    "inch_Hg": "inhg", "millimeter_Hg": "mmhg", "millimeter_H2O": "mmh2o", "inch_H2O": "inh2o",
    "centimeter_H2O": "cmh2o",
    "volt": "v volts vdc vac vrms 伏 伏特 볼트 ボルト", "kilovolt": "kv",
    "ampere": "amps amp arms adc 安 安培 암페어", "kiloampere": "ka",
    "ohm": "ohm ohms ω 欧 欧姆", "kiloohm": "kohm kω",
    "watt": "w 瓦 瓦特 와트", "kilowatt": "千瓦", "volt*ampere": "va", "kilovolt*ampere": "kva", "var": "var",
    "kilowatt*hour": "kwh kwhr 千瓦时 度电", "watt*hour": "wh whr watthr", "megawatt*hour": "mwh",
    "ampere*hour": "ah ahr amphr amphour amperehour 安时", "milliampere*hour": "mah",
    "hertz": "hz 赫兹", "kilohertz": "khz", "megahertz": "mhz", "gigahertz": "ghz",
    "second": "sec secs sek sekunde sekunden seconde secondes s 秒 초", "millisecond": "msec msecs 毫秒 밀리초",
    "microsecond": "usec usecs μsec 微秒", "minute": "min mins minuten 分 分钟 분",
    "hour": "hr hrs std stunde stunden heure heures 小时 时 시 시간 時間 時", "day": "tag tage julianday d 天 日",
    "week": "woche wochen", "month": "monat monate", "year": "jahr jahre yr yrs 年",
    "meter": "mtr mtrs 米 미터", "kilometer": "km kms 千米 公里 킬로미터", "centimeter": "cm 厘米",
    "millimeter": "毫米 밀리미터", "inch": "in inch inches", "foot": "ft feet", "mile": "mi miles",
    "hundred_kilometer": "100km",
    "square_meter": "sqm qm 平方米", "cubic_meter": "cbm 立方米", "cubic_centimeter": "ccm cc",
    "liter": "l ltr ltrs lit liters litre litres 升 리터", "milliliter": "毫升",
    "gram": "gr gm gms grams 克", "kilogram": "kg kgs kilo 千克 公斤", "metric_ton": "tonne tonnes 吨",
    "pound": "lbs",
    "newton": "牛 牛顿",
    "horsepower": "hp bhp", "metric_horsepower": "cv",
    "count": "count counts cnt cnts pulse pulses pulsecount imp impuls impulse impulses step steps tic tics tick"
             " ticks inc increment increments lsb event events cycle cycles stroke strokes str hub tdc cyl zyl"
             " zaehler zähler stk stück pcs piece pieces 个 次 个数 次数 회 개",
    "bit": "bit bits", "byte": "byte bytes",
    "bit/second": "bps bitps", "kilobit/second": "kbps kbits kbitps", "megabit/second": "mbps mbits",
    "gallon": "usgal", "mile/gallon": "mpg",
    "lux": "lx lux 勒克斯", "lumen": "lm", "candela": "cd",
    "level_dB": "db", "level_dBm": "dbm", "level_dBA": "dba db(a)", "level_dBuV": "dbuv dbμv",
    "level_dBsm": "dbsm",
    "liter/minute": "lpm", "liter/hour": "lph", "kilometer/liter": "kpl kmpl",
}  # fmt: skip
ANY_CASE: Final = {word: name for name, words in _ANY_CASE.items() for word in words.split()}
"""Spellings that nobody means otherwise in another case, by their case-folded text."""

WORDS: Final = (
    "meter", "metre", "second", "minute", "hour", "day", "week", "month", "year", "gram", "tonne", "ampere",
    "volt", "watt", "ohm", "hertz", "newton", "pascal", "bar", "joule", "liter", "litre", "kelvin", "degree",
    "radian", "lux", "lumen", "candela", "coulomb", "farad", "henry", "tesla", "siemens", "inch", "foot", "mile",
    "percent", "permille", "revolution", "count", "bit", "byte", "knot",
)  # fmt: skip
PREFIXES: Final = ("micro", "milli", "centi", "deci", "hecto", "kilo", "mega", "giga", "nano")

_NO_UNIT: Final = """
    none nounit nounits unitless unitfree dimensionless nondimensional dimless adimensional na n/a notapplicable
    notavailable sed undefined undef unspecified tbd enum enums enumeration enumerated state states status stat
    mode bool boolean bitmask bitfield bitmap mask flag flags logic logical discrete digital binary bin onoff
    on/off 0/1 yes/no true/false ja/nein hex hexadecimal ascii char string text raw rawvalue code coded encoded
    encrypted crc checksum index idx id ident identifier number num no nr nummer factor faktor type typ value val
    unit units nil null void empty selection list kennlinie mixed ohne keine keineeinheit einheitslos
    dimensionslos sansunité gear gears 无 无单位 无量纲 없음 단위없음 なし 無し 無単位
"""
NO_UNIT: Final = frozenset(_NO_UNIT.split())
"""What stands where a unit would, and says that there is none."""

TWO_UNITS: Final = frozenset(
    {"kph/mph", "mph/kph", "km/h/mph", "kmh/mph", "km/mi", "mi/km", "km/miles", "°c/°f", "degc/degf", "c/f", "f/c"}
)  # fmt: skip
"""What looks like a quotient and means "the one or the other", as the driver has set it."""
