from __future__ import annotations

import hashlib
import unicodedata
from pathlib import Path

import pytest

import trialbench as tb
from tests.trialbench.make import HEAD, make_protocol
from trialbench import stl
from trialbench.verdict import Requirement

EXAMPLE = """
[protocol]
name = "Hard-braking warning from wheel speeds"
version = "1.0"
disclosure = "margin"
[stream]
step = "10ms"
[inputs]
wheel_fl = {signal = "WHEEL_SPEED_FL", unit = "m/s", max_gap = "100ms"}
speed = {signal = "Speed", unit = "m/s", bus = 2, valid = "SpeedValid == 1", max_gap = "2s"}
[reference]
decel = {signal = "ACCEL_X", scale = -1.0, unit = "m/s^2"}
[outputs]
warning = {kind = "event"}
[[criteria]]
id = "prompt"
stl = "always((decel > 3.5) -> eventually[0:300ms](warning > 0.5))"
[[criteria]]
id = "quiet"
metric = "false_alarms_per_hour"
of = "warning"
against = "decel > 2.5"
tolerance = "500ms"
at_most = 1.0
[require]
pass_rate = 0.9
confidence = 0.9
[limits]
memory = "1GiB"
cpu_per_hour_of_recording = "60s"
"""
SPEED = '[inputs]\nspeed = {signal = "Speed", unit = "m/s"}\n'
CRITERION = '[[criteria]]\nid = "slow"\nstl = "always(speed < 9)"\n'


def test_every_key_of_the_example_is_read() -> None:
    read = tb.Protocol.loads(EXAMPLE.encode())
    assert read.name == {"en": "Hard-braking warning from wheel speeds"}
    assert (read.version, read.disclosure, read.step_ns) == ("1.0", "margin", 10_000_000)
    speed = read.inputs["speed"]
    assert (speed.signal, speed.unit, speed.bus, speed.valid) == (
        "Speed",
        "m/s",
        2,
        "SpeedValid == 1",
    )
    assert speed.max_gap_ns == 2 * 10**9
    assert (read.reference["decel"].scale, read.reference["decel"].unit) == (-1.0, "m/s^2")
    assert read.outputs["warning"].kind == "event"
    prompt, quiet = read.criteria
    assert prompt.stl == "always((decel > 3.5) -> eventually[0:300ms](warning > 0.5))"
    assert (quiet.metric, quiet.of, quiet.against) == (
        "false_alarms_per_hour",
        "warning",
        "decel > 2.5",
    )
    assert (quiet.tolerance_ns, quiet.at_most, quiet.at_least) == (500_000_000, 1.0, None)
    assert read.require == Requirement(0.9, 0.9)
    assert (read.limits.memory_bytes, read.limits.cpu_ns_per_hour) == (2**30, 60 * 10**9)
    assert set(read.sources) == {"wheel_fl", "speed", "decel"}


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_a_mark_tells_the_encoding_and_the_hash_stays_that_of_the_bytes(codec: str) -> None:
    text = EXAMPLE.replace("Hard-braking warning", "紧急制动预警")
    read, plain = tb.Protocol.loads(text.encode(codec)), tb.Protocol.loads(text.encode())
    assert read.sha256 == hashlib.sha256(text.encode(codec)).hexdigest() != plain.sha256
    assert (read.name, read.criteria) == (plain.name, plain.criteria)


def test_an_encoding_that_would_have_to_be_guessed_is_refused_with_the_remedy() -> None:
    text = EXAMPLE.replace("Hard-braking warning", "紧急制动预警").encode("gb18030")
    with pytest.raises(
        tb.ProtocolError, match=r"line 3 is not UTF-8 \(it looks like GB18030\): save"
    ):
        tb.Protocol.loads(text)


def test_names_outside_ascii_are_one_however_they_are_composed() -> None:
    body = SPEED.replace("speed =", '"차속" =').replace("Speed", "차속")
    for form in ("NFC", "NFD"):
        text = unicodedata.normalize(form, body + CRITERION.replace("speed", "차속"))
        assert make_protocol(text).inputs["차속"].signal == unicodedata.normalize("NFC", "차속")
    with pytest.raises(tb.ProtocolError, match="a name outside ASCII is written in quotes"):
        make_protocol(body.replace('"차속" =', "차속 ="))
    assert stl.parse(unicodedata.normalize("NFD", "차속 > 3")) == stl.parse("차속 > 3")


def test_what_is_left_out_has_its_default() -> None:
    read = make_protocol(SPEED + CRITERION)
    assert (read.disclosure, read.step_ns, read.lead_in_ns) == ("verdict", 10_000_000, 10**9)
    assert read.require is None
    assert read.limits.memory_bytes == 2**30


def test_the_hash_is_that_of_the_text_and_freezes_every_letter() -> None:
    first, second = make_protocol(SPEED + CRITERION), make_protocol(SPEED + CRITERION + "# later\n")
    assert first.sha256 != second.sha256
    assert first.sha256 == make_protocol(SPEED + CRITERION).sha256


def test_a_title_may_be_told_in_three_languages() -> None:
    titled = CRITERION + 'title = {en = "Slow", zh = "慢", ko = "느림"}\n'
    assert make_protocol(SPEED + titled).criteria[0].title["ko"] == "느림"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (SPEED + CRITERION + "[protocols]\n", "protocols: unknown key"),
        ('colour = "red"\n' + SPEED + CRITERION, "protocol.colour: unknown key (known here: name, version, disclosure, margin_digits, traces)"),
        (SPEED.replace("unit", "units") + CRITERION, "inputs.speed.units: unknown key"),
        (SPEED + CRITERION + "at_most = 1\n", "criteria 'slow'.at_most: unknown key"),
        (SPEED, "criteria: is missing"),
        ("criteria = []\n".join(["", ""]) and SPEED + CRITERION.replace("[[criteria]]", "[criteria]"), "criteria: must be a list"),
        (SPEED + CRITERION + CRITERION, "criteria: two are called 'slow'"),
        (SPEED + CRITERION.replace("always(speed", "always((speed"), "criteria 'slow'.stl: "),
        (SPEED + CRITERION.replace("speed <", "sped <"), "criteria 'slow': 'sped' is not declared (declared: speed)"),
        (SPEED + CRITERION.replace("always(speed < 9)", "speed") + 'from = "-1s"\n', "criteria 'slow'.from: "),
        (SPEED + CRITERION + "at_least = 1\n", "criteria 'slow'.at_least: counts how often the left side of an implication held"),
        (SPEED + '[[criteria]]\nid = "near"\nmetric = "mae"\nof = "speed > 1"\nagainst = "speed"\nat_most = 1\n', "criteria 'near'.of: must be a number such as a signal: 'speed > 1' is true or false"),
        (SPEED + CRITERION.replace("stl", "# stl"), "criteria 'slow': give either stl or metric"),
        (SPEED + CRITERION + 'metric = "mae"\n', "criteria 'slow': give either stl or metric"),
        (SPEED.replace("m/s", "furlongs per nap") + CRITERION, "inputs.speed.unit: unknown unit"),
        (SPEED.replace('unit = "m/s"', 'max_gap = "soon"') + CRITERION, "inputs.speed.max_gap: 'soon' is not a duration"),
        (SPEED.replace('unit = "m/s"', "bus = -1") + CRITERION, "inputs.speed.bus: must be a bus number"),
        (SPEED.replace('unit = "m/s"', 'scale = "big"') + CRITERION, "inputs.speed.scale: must be a number"),
        (SPEED.replace('signal = "Speed", ', "") + CRITERION, "inputs.speed.signal: is missing"),
        (SPEED.replace('"Speed"', '""') + CRITERION, "inputs.speed.signal: must be a text"),
        (SPEED.replace("speed =", '"a b" =') + CRITERION, "'a b' is no name"),
        (SPEED.replace("speed =", "always =") + CRITERION, "'always' is a word of the formula language"),
        ("[inputs]\nspeed = 3\n" + CRITERION, "inputs.speed: must be a table, not 3"),
        ('disclosure = "all"\n' + SPEED + CRITERION, "protocol.disclosure: must be one of verdict, margin, trace"),
        ('[stream]\nstep = "1us"\n' + SPEED + CRITERION, "stream.step: '1us' is too short"),
        (SPEED + CRITERION + "[require]\npass_rate = 1.0\nconfidence = 0.9\n", "require.pass_rate: must lie between 0 and 1"),
        (SPEED + CRITERION + '[limits]\nmemory = "lots"\n', "limits.memory: 'lots' is not a size"),
        (SPEED + CRITERION + '[limits]\ntime = "1s"\n', "limits.time: unknown key"),
        (SPEED + CRITERION + "[require]\npass_rate = 0.9\nconfidence = 0.9\nruns = 9\n", "require.runs: unknown key"),
        ('[outputs]\nwarning = {kind = "event", colour = "red"}\n' + SPEED + CRITERION, "outputs.warning.colour: unknown key"),
        (SPEED + '[reference]\nspeed = {signal = "S"}\n' + CRITERION, "'speed' is declared twice"),
        (SPEED + '[outputs]\nspeed = {kind = "value"}\n' + CRITERION, "'speed' is declared twice"),
        (SPEED + '[reference]\nw = {signal = "S"}\n[outputs]\nw = {kind = "value"}\n' + CRITERION, "'w' is declared twice"),
        ('[outputs]\nwarning = {kind = "event"}\n' + CRITERION.replace("speed", "warning"), "inputs: there is none"),
        ('[outputs]\nwarning = {kind = "sound"}\n' + SPEED + CRITERION, "outputs.warning.kind: must be one of event, value"),
        (SPEED + CRITERION + 'title = {fr = "Lent"}\n', "criteria 'slow'.title: unknown language 'fr'"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_its_place(body: str, message: str) -> None:
    with pytest.raises(tb.ProtocolError) as refused:
        make_protocol(body)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


METRIC = (
    '[[criteria]]\nid = "late"\nmetric = "detection_latency"\nof = "speed"\nagainst = "speed > 3"\n'
)


def test_a_latency_has_a_duration_for_its_threshold() -> None:
    criterion = make_protocol(SPEED + METRIC + 'at_most = "300ms"\nquantile = 0.95\n').criteria[0]
    assert (criterion.at_most, criterion.quantile, criterion.unit) == (0.3, 0.95, "s")


@pytest.mark.parametrize(
    ("metric", "threshold", "limit"),
    [
        ("detection_latency", 'at_most = 300\nunit = "ms"', 0.3),
        ("detection_latency", 'at_most = "300ms"\nunit = "s"', 0.3),
        ("detection_latency", "at_most = 2", 2.0),
        ("recall", 'at_least = 95\nunit = "%"', 0.95),
        ("f1", "at_least = 0.95", 0.95),
        ("false_alarms_per_hour", 'at_most = 0.5\nunit = "1/min"', 30.0),
    ],
)
def test_the_threshold_of_a_metric_of_events_may_have_a_unit(
    metric: str, threshold: str, limit: float
) -> None:
    written = METRIC.replace("detection_latency", metric) + threshold
    criterion = make_protocol(SPEED + written).criteria[0]
    assert (criterion.at_most or criterion.at_least) == limit


@pytest.mark.parametrize(
    ("metric", "threshold", "message"),
    [
        ("recall", "at_least = 95", 'at_least: 95 is no share: give 0 to 1, or say unit = "%"'),
        ("precision", 'at_least = 1\nunit = "ms"', "unit: ms cannot be converted into '1'"),
        ("detection_latency", 'at_most = 1\nunit = "m"', "unit: m cannot be converted into s"),
    ],
)
def test_another_threshold_than_its_metric_can_have_is_refused(
    metric: str, threshold: str, message: str
) -> None:
    with pytest.raises(tb.ProtocolError, match=f"criteria 'late'.{message}"):
        make_protocol(SPEED + METRIC.replace("detection_latency", metric) + threshold)


@pytest.mark.parametrize("threshold", ["", 'at_most = "1s"\nat_least = "0s"\n'])
def test_a_metric_has_one_threshold(threshold: str) -> None:
    with pytest.raises(tb.ProtocolError, match="criteria 'late': give either at_most or at_least"):
        make_protocol(SPEED + METRIC + threshold)


def test_a_file_is_named_when_it_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(tb.ProtocolError, match=r"gone\.toml: No such file"):
        tb.Protocol.load(tmp_path / "gone.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [(b"\xff", "line 1 is not UTF-8: save the file as UTF-8"), (b"a = [", "not TOML")],
)
def test_a_file_that_is_no_toml_is_told_so(tmp_path: Path, text: bytes, message: str) -> None:
    path = tmp_path / "p.toml"
    path.write_bytes(text)
    with pytest.raises(tb.ProtocolError, match=rf"p\.toml: {message}"):
        tb.Protocol.load(path)


def test_a_file_without_any_criterion_is_refused() -> None:
    with pytest.raises(tb.ProtocolError, match="criteria: there is none"):
        tb.Protocol.loads(("criteria = []\n" + HEAD + SPEED).encode())
