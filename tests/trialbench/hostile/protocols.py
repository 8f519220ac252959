"""Protocols, and other TOML, that nobody means well by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.trialbench.hostile import junk

if TYPE_CHECKING:
    import random

SOUND: Final = """
[protocol]
name = {en = "Braking", ko = "제동"}
version = "1"
disclosure = "trace"
margin_digits = 3
traces = ["v"]
[stream]
step = "10ms"
lead_in = "1 s"
[inputs]
v = {signal = "Speed", unit = "km/h", bus = 1, max_gap = "1 s", scale = 2.5, offset = -1.0, valid = "Q > 0"}
[reference]
r = {signal = "Brake", not_available = "value"}
[outputs]
e = {kind = "event"}
u = {kind = "value", unit = "m/s^2"}
[limits]
memory = "1GiB"
cpu_per_hour_of_recording = "10 min"
wall_per_hour_of_recording = "1 h"
[require]
pass_rate = 0.9
confidence = 0.95
[[criteria]]
id = "a"
title = "A"
stl = "always(v > 3 km/h -> eventually[0,1s](u < 2 m/s^2))"
unit = "m/s^2"
from = "2 s"
at_least = 1
[[criteria]]
id = "b"
metric = "detection_latency"
of = "e > 0.5"
against = "r > 0"
tolerance = "500 ms"
quantile = 0.9
at_most = "300 ms"
[[criteria]]
id = "c"
metric = "rmse"
of = "u"
against = "v / 1 s"
at_most = 3
unit = "m/s^2"
"""


def values() -> list[str]:
    """What may stand behind a TOML key, and should not."""
    deep, long = junk.DEEP, junk.LONG
    return [
        "9" * 10_000, "0x" + "f" * 10_000, "-" + "9" * 5000, "1" + "0" * 400, "1e400", "-1e308", "1e308", "nan",
        "inf", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "0.0", "-0.0", "true",
        "1979-05-27", "1979-05-27T07:32:00Z", "99:99:99", "[]", "{}", "[[]]", '""', '"\\u0000"', '"\\ud800"',
        "[" * deep + "]" * deep, "[" * 300 + "1" + "]" * 300, "{a=" * deep + "1" + "}" * deep,
        '"' + "x" * long + '"', '"' + "9" * 10_000 + ' s"', '"' + "9" * 18 + ' h"', '"1e999 s"', '"0.' + "1" * 9999 + ' s"',
        '"' + "(" * 5000 + "v" + ")" * 5000 + '"', '"' + "not " * 5000 + 'v > 0"', '"' + "-" * 5000 + 'v > 0"',
        '"' + "always(" * 800 + "v > 0" + ")" * 800 + '"', '"v > ' + "9" * 10_000 + '"', '"v > 1e999"', '"v' + " + v" * 3000 + ' > 0"',
        '"always[0,' + "9" * 5000 + 's](v > 0)"', '"always[0,99999999999999999999h](v > 0)"', '"always[0,1e99999999s](v > 0)"', '"always[0,1e-99999999s](v > 0)"', '"v > 1e99999999 m"', '"1e99999999 s"', '"m^-99999999"', '"1e99999999 m"', '"v > 1 m^99999999999"',
        '"m^9999999999"', '"m**9**9**9"', '"' + "m*" * 3000 + 'm"', '"' + "(" * 3000 + '"', '"1e999 m"', '"m^1e400"', '"%%%s"',
        '"a\\nb"', '"\\u202e"', '["v", "v"]', '["v", 1]', "[1, 2]", "{en = 1}", '{xx = "y"}', '"no"', '"prev(v) > 0"',
        '"always(' + "é" * 1000 + ' > 0)"', '"v and"', '"abs(" ', "'''", "#", "=", "a" * 100_000,
    ]  # fmt: skip


def made(chance: random.Random) -> bytes:
    """A protocol with something wrong."""
    return spoilt(SOUND, chance)


def spoilt(sound: str, chance: random.Random) -> bytes:
    """The TOML text with a value or a line replaced, a key of its own added, or bytes altered."""
    kind = chance.randrange(10)
    if kind == 0:
        return junk.mutated(sound.encode(), chance)
    if kind == 1:
        return _whole(sound, chance)
    lines = sound.splitlines()
    for _ in range(chance.choice((1, 1, 1, 2))):
        _replace(lines, chance)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _replace(lines: list[str], chance: random.Random) -> None:
    at = chance.choice([k for k, line in enumerate(lines) if line])
    key, equals, given = lines[at].partition(" = ")
    value = chance.choice(values())
    if not equals or chance.random() < 0.1:
        lines[at] = chance.choice(
            ("", f"x = {value}", f"[{value}]", f"[[{value}]]", f"{value} = 1")
        )
    elif given.startswith("{") and chance.random() < 0.8:
        pairs = given.strip("{}").split(", ")
        inner = chance.randrange(len(pairs))
        pairs[inner] = f"{pairs[inner].partition(' = ')[0]} = {value}"
        lines[at] = f"{key} = {{{', '.join(pairs)}}}"
    else:
        lines[at] = f"{key} = {value}"


def _whole(sound: str, chance: random.Random) -> bytes:
    """Something wrong with all of it."""
    name = "n" * junk.LONG
    return chance.choice((
        b"", b"\0", b"\xff\xfe", b"\xff\xfe[\x00", b"\xef\xbb\xbf", sound.encode("utf-16"),
        sound.encode() + b"\xff\xd8", sound.encode() * 2, b"[" * junk.DEEP, b"a." * junk.DEEP + b"a = 1",
        ("[" + "a." * junk.DEEP + "a]").encode(), sound.replace("v = {", f"{name} = {{").encode(),
        sound.replace('id = "a"', f'id = "{name}"').encode(), f"{name} = 1".encode(),
        sound.replace("[inputs]", "[inputs.v]").encode(), sound.replace("[[criteria]]", "[criteria]").encode(),
        b"[protocol]\n" * 2, b"protocol = 1", b"criteria = 1", b"protocol = []\ncriteria = []",
        sound.replace("[stream]", "[stream]\n" + "\n".join(f"k{k} = 1" for k in range(5000))).encode(),
    ))  # fmt: skip
