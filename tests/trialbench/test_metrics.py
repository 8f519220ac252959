from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trialbench as tb
from tests.trialbench.make import SECOND, make_protocol, make_recording, make_signal
from trialbench.metrics import measure
from trialbench.scene import scene_of
from trialbench.verdict import CriterionResult

PASS, FAIL, UNCLEAR = tb.Verdict.PASS, tb.Verdict.FAIL, tb.Verdict.INCONCLUSIVE


def make_result(
    criterion: str, signals: dict[str, tb.Signal], *, end: float | None = None, rest: str = ""
) -> CriterionResult:
    """The metric criterion judged on these signals, each declared under its own name."""
    inputs = "".join(f'{name} = {{signal = "{name}"{rest}}}\n' for name in signals)
    protocol = make_protocol(f'[inputs]\n{inputs}[[criteria]]\nid = "m"\n{criterion}')
    return measure(protocol.criteria[0], scene_of(protocol, make_recording(signals, end=end)))


def make_bursts(*bursts: tuple[float, float], end: float = 100.0) -> tb.Signal:
    """A flag that is on during these intervals of seconds."""
    samples = {0.0: 0.0}
    for first, last in bursts:
        samples |= {first: 1.0, last: 0.0}
    return make_signal({**samples, end: samples.get(end, 0.0)})


STEPS = {
    "a": make_signal({0: 0.0, 2: 3.0, 10: 0.0}, "m/s"),
    "b": make_signal({0: 1.0, 5: 7.0, 10: 0.0}, "m/s"),
}


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("mae", (2 * 1 + 3 * 2 + 5 * 4) / 10),
        ("rmse", math.sqrt((2 * 1 + 3 * 4 + 5 * 16) / 10)),
        ("max_abs_error", 4.0),
    ],
)
def test_an_error_is_weighted_by_time(metric: str, value: float) -> None:
    result = make_result(f'metric = "{metric}"\nof = "a"\nagainst = "b"\nat_most = 5.0', STEPS)
    assert result.lo == result.hi == pytest.approx(value)
    assert (result.verdict, result.margin) == (PASS, pytest.approx(5.0 - value))
    assert (result.unit, result.worst_ns) == ("m/s", 5 * SECOND)


def test_a_threshold_is_in_the_unit_that_the_criterion_names() -> None:
    result = make_result(
        'metric = "mae"\nof = "a"\nagainst = "b"\nunit = "km/h"\nat_most = 5.0', STEPS
    )
    assert result.lo == pytest.approx(2.8 * 3.6)
    assert (result.verdict, result.unit) == (FAIL, "km/h")


def test_where_the_largest_error_is_too_large_is_shown() -> None:
    result = make_result('metric = "max_abs_error"\nof = "a"\nagainst = "b"\nat_most = 3.0', STEPS)
    assert (result.verdict, result.margin) == (FAIL, pytest.approx(-1.0))
    assert result.violations == ((5 * SECOND, 10 * SECOND),)


def test_an_error_across_a_gap_is_unknown_above_and_known_below() -> None:
    gap = ', max_gap = "6s"'
    calm = make_result('metric = "mae"\nof = "a"\nagainst = "b"\nat_most = 5.0', STEPS, rest=gap)
    assert (calm.verdict, calm.hi) == (UNCLEAR, math.inf)
    assert calm.reason is not None
    assert (calm.reason.code, calm.reason.signal) == ("gap", "a")
    known = make_result('metric = "mae"\nof = "a"\nagainst = "b"\nat_most = 0.1', STEPS, rest=gap)
    assert (known.verdict, known.margin) == (FAIL, pytest.approx(0.1 - 0.2))


def test_of_several_unknown_stretches_the_first_is_told() -> None:
    signals = {
        "a": make_signal({0: 0.0, 2: math.nan, 4: 0.0, 10: 0.0}),
        "b": make_signal({0: 1.0, 6: math.nan, 8: 1.0, 10: 1.0}),
    }
    result = make_result('metric = "mae"\nof = "a"\nagainst = "b"\nat_most = 5.0', signals)
    assert result.reason is not None
    assert (result.reason.code, result.reason.signal) == ("nan", "a")
    assert (result.reason.from_ns, result.reason.to_ns) == (2 * SECOND, 4 * SECOND)


def test_an_alarm_near_the_event_is_no_false_alarm() -> None:
    signals = {"alarm": make_bursts((10, 11), (30, 31)), "event": make_bursts((10.4, 12))}
    result = make_result(
        'metric = "false_alarms_per_hour"\nof = "alarm"\nagainst = "event"\ntolerance = "500ms"\nat_most = 1.0',
        signals,
    )
    assert result.lo == result.hi == pytest.approx(36.0)
    assert result.verdict is FAIL
    assert (result.worst_ns, result.violations) == (30 * SECOND, ((30 * SECOND, 31 * SECOND),))
    assert result.unit == "1/h"


def test_an_alarm_while_the_event_lasts_is_none_either() -> None:
    signals = {"alarm": make_bursts((15, 16)), "event": make_bursts((10, 20))}
    result = make_result(
        'metric = "false_alarms_per_hour"\nof = "alarm"\nagainst = "event"\nat_most = 0', signals
    )
    assert (result.verdict, result.margin) == (PASS, 0.0)


def test_what_lies_beyond_the_recordings_end_may_justify_an_alarm() -> None:
    signals = {"alarm": make_bursts((99.8, 100)), "event": make_bursts()}
    result = make_result(
        'metric = "false_alarms_per_hour"\nof = "alarm"\nagainst = "event"\ntolerance = "500ms"\nat_most = 0',
        signals,
    )
    assert (result.verdict, result.reason.code) == (UNCLEAR, "horizon")


BURSTS = {
    "alarm": make_bursts((10, 11), (30, 31), (50, 51)),
    "event": make_bursts((10.2, 12), (30.4, 33), (70, 71), (80, 82)),
}
MATCHED = 'of = "alarm"\nagainst = "event"\ntolerance = "500ms"\nat_least = 0.5\n'


def test_precision_recall_and_f1_count_what_matches() -> None:
    precision = make_result('metric = "precision"\n' + MATCHED, BURSTS)
    recall = make_result('metric = "recall"\n' + MATCHED, BURSTS)
    f1 = make_result('metric = "f1"\n' + MATCHED, BURSTS)
    assert (precision.lo, precision.verdict) == (pytest.approx(2 / 3), PASS)
    assert precision.violations == ((50 * SECOND, 51 * SECOND),)
    assert (recall.lo, recall.verdict, recall.margin) == (pytest.approx(0.5), PASS, 0.0)
    assert [first for first, _ in recall.violations] == [70 * SECOND, 80 * SECOND]
    assert f1.lo == f1.hi == pytest.approx(2 * (2 / 3) * 0.5 / (2 / 3 + 0.5))


def test_it_is_said_of_how_many_alarms_or_events_that_is_a_share() -> None:
    precision = make_result('metric = "precision"\n' + MATCHED, BURSTS)
    recall = make_result('metric = "recall"\n' + MATCHED, BURSTS)
    assert (precision.occurrences, recall.occurrences) != (None, None)
    assert (precision.occurrences.count, recall.occurrences.count) == (3, 4)


def test_without_alarms_there_is_no_precision_but_the_f1_is_nought() -> None:
    signals = {**BURSTS, "alarm": make_bursts()}
    precision = make_result('metric = "precision"\n' + MATCHED, signals)
    assert (precision.verdict, precision.reason.code) == (UNCLEAR, "no_events")
    assert make_result('metric = "recall"\n' + MATCHED, signals).verdict is FAIL
    assert make_result('metric = "f1"\n' + MATCHED, signals).margin == -0.5


def test_alarms_for_nothing_have_no_recall_but_the_f1_is_nought() -> None:
    signals = {**BURSTS, "event": make_bursts()}
    assert make_result('metric = "recall"\n' + MATCHED, signals).reason.code == "no_events"
    assert make_result('metric = "f1"\n' + MATCHED, signals).margin == -0.5


def test_where_an_alarm_may_follow_the_recording_the_f1_is_as_open_as_the_recall() -> None:
    signals = {"alarm": make_bursts(), "event": make_bursts((99.0, 99.8))}
    for metric in ("recall", "f1"):
        result = make_result(f'metric = "{metric}"\n' + MATCHED, signals)
        assert (result.verdict, result.reason.code) == (UNCLEAR, "horizon")


def test_where_the_only_alarm_is_unknown_the_f1_is_unknown_too() -> None:
    alarm = make_signal({0.0: 0.0, 40.0: math.nan, 50.0: 0.0, 100.0: 0.0})
    result = make_result('metric = "f1"\n' + MATCHED, {"alarm": alarm, "event": make_bursts()})
    assert (result.verdict, result.reason.code) == (UNCLEAR, "nan")


def test_the_cause_is_what_was_measured_of_what_against_what() -> None:
    result = make_result('metric = "recall"\n' + MATCHED, BURSTS)
    assert result.cause == "recall(alarm, event)"


@pytest.mark.parametrize("alarm", [{0.0: 1.0, 1.0: 0.0, 100.0: 0.0}, {0.0: 0.0, 100.0: 1.0}])
@pytest.mark.parametrize(("tolerance", "verdict"), [("0s", FAIL), ("1ns", UNCLEAR)])
def test_an_alarm_at_either_end_is_open_as_soon_as_there_is_any_tolerance(
    tolerance: str, verdict: tb.Verdict, alarm: dict[float, float]
) -> None:
    criterion = f'metric = "precision"\ntolerance = "{tolerance}"\nat_least = 0.5\n'
    signals = {"alarm": make_signal(alarm), "event": make_bursts()}
    result = make_result(f'{criterion}of = "alarm"\nagainst = "event"', signals)
    assert result.verdict is verdict


def test_where_nothing_happens_nothing_is_measured() -> None:
    signals = {"alarm": make_bursts(), "event": make_bursts()}
    for metric in ("recall", "f1", "detection_latency"):
        threshold = MATCHED.replace("0.5\n", '"1s"\n') if metric == "detection_latency" else MATCHED
        result = make_result(f'metric = "{metric}"\n' + threshold, signals)
        assert (result.verdict, result.reason.code) == (UNCLEAR, "no_events")


LATENCY = 'metric = "detection_latency"\nof = "alarm"\nagainst = "event"\ntolerance = "500ms"\n'


def test_latency_runs_from_onset_to_alarm_and_may_be_negative() -> None:
    signals = {
        "alarm": make_bursts((9.8, 11), (30.3, 31)),
        "event": make_bursts((10, 12), (30, 32)),
    }
    slowest = make_result(LATENCY + 'quantile = 0.9\nat_most = "250ms"', signals)
    assert slowest.lo == slowest.hi == pytest.approx(0.3)
    assert (slowest.verdict, slowest.margin, slowest.unit) == (FAIL, pytest.approx(-0.05), "s")
    assert slowest.violations == ((30 * SECOND, 32 * SECOND),)
    assert slowest.worst_ns == 30 * SECOND
    assert make_result(LATENCY + 'quantile = 0.5\nat_most = "250ms"', signals).lo == pytest.approx(
        -0.2
    )


def test_a_missed_event_is_infinitely_late() -> None:
    signals = {"alarm": make_bursts(), "event": make_bursts((10, 12))}
    result = make_result(LATENCY + 'at_most = "1s"', signals)
    assert (result.verdict, result.margin) == (FAIL, -math.inf)


def test_an_event_that_may_have_begun_before_the_recording_has_no_latency() -> None:
    event = make_signal({0: 1.0, 5: 0.0, 100: 0.0})
    result = make_result(LATENCY + 'at_most = "1s"', {"alarm": make_bursts((1, 2)), "event": event})
    assert result.verdict is UNCLEAR


@pytest.mark.parametrize(
    "metric", ["precision", "recall", "f1", "false_alarms_per_hour", "detection_latency"]
)
def test_an_event_that_is_unknown_for_a_while_decides_nothing(metric: str) -> None:
    nan = float("nan")
    signals = {
        "alarm": make_bursts((10, 11)),
        "event": make_signal({0: 0.0, 10: 1.0, 11: 0.0, 40: nan, 50: 0.0, 100: 0.0}),
    }
    bound = {"false_alarms_per_hour": "at_most = -1", "detection_latency": 'at_most = "1s"'}.get(
        metric, "at_least = 0.9"
    )
    if metric in (
        "precision",
        "false_alarms_per_hour",
    ):  # what the alarm did is known, and it was right
        assert (
            make_result(
                f'metric = "{metric}"\nof = "alarm"\nagainst = "event"\n{bound}', signals
            ).verdict
            is not UNCLEAR
        )
        signals = {"alarm": signals["event"], "event": signals["alarm"]}
        bound = bound.replace("-1", "1")
    result = make_result(f'metric = "{metric}"\nof = "alarm"\nagainst = "event"\n{bound}', signals)
    assert result.verdict is UNCLEAR
    assert result.reason.code == "nan"


flags = st.lists(st.booleans(), min_size=2, max_size=30)


@settings(max_examples=60, deadline=None)
@given(flags, flags, st.integers(0, 3))
def test_events_match_as_counting_second_by_second_does(
    alarm: list[bool], event: list[bool], tolerance: int
) -> None:
    """The intervals against a count over whole seconds, each instant looked at for itself."""
    length = min(len(alarm), len(event))
    alarm, event = [False, *alarm[:length], *[False] * 9], [False, *event[:length], *[False] * 9]
    signals = {
        name: make_signal({float(at): float(on) for at, on in enumerate(flag)})
        for name, flag in (("alarm", alarm), ("event", event))
    }
    onsets = [at for at in range(1, len(alarm)) if alarm[at] and not alarm[at - 1]]
    right = 0
    for at in onsets:
        # A flag that is on during [n, n + 1) meets the closed window [at - tolerance, at + tolerance].
        seconds = range(max(0, at - tolerance - 1), min(len(event), at + tolerance + 1))
        right += any(event[n] and n + 1 > at - tolerance for n in seconds)
    result = make_result(
        f'metric = "precision"\nof = "alarm"\nagainst = "event"\ntolerance = "{tolerance}s"\nat_least = 0.5',
        signals,
    )
    if onsets and result.lo == result.hi:
        assert result.lo == pytest.approx(right / len(onsets))
    else:
        assert not onsets or np.any(np.array(onsets) - tolerance < 0)


TEMPERATURES = {"t": make_signal({0: 20.0, 1: 21.0}, "degC"), "k": make_signal({0: 295.15, 1: 296.15}, "K")}  # fmt: skip
SPEEDS = {"w": make_signal({0: 10.0, 1: 20.0}, "rad/s"), "v": make_signal({0: 5.0, 1: 10.0}, "m/s"), "u": make_signal({0: 19.8, 1: 37.8}, "km/h")}  # fmt: skip
SHARES = {"r": make_signal({0: 0.51, 1: 0.61}, "1"), "p": make_signal({0: 50.0, 1: 60.0}, "%")}


@pytest.mark.parametrize(
    ("signals", "of", "against", "unit", "value", "told"),
    [
        (TEMPERATURES, "t", "k", "", 2.0, "K"),
        (TEMPERATURES, "t", "k", "degF", 3.6, "degF"),
        (TEMPERATURES, "t + 2 K", "k", "", 0.0, "K"),
        (TEMPERATURES, "t - 1 K", "k", "", 3.0, "K"),
        (TEMPERATURES, "k", "20 degC", "", 2.0, "K"),
        (TEMPERATURES, "t", "293.15 K", "", 0.0, "K"),
        (SPEEDS, "w * 0.5 m", "v", "", 0.0, "m/s"),
        (SPEEDS, "w * 0.5 m", "u", "", 1.8, "km/h"),
        (SPEEDS, "w * 0.5 m", "18 km/h", "km/h", 0.0, "km/h"),
        (SPEEDS, "v * v", "25 m^2/s^2", "", 0.0, "m^2/s^2"),
        (SPEEDS, "u / v", "1", "%", 10.0, "%"),
        (SHARES, "r", "p", "", 0.01, ""),
        (SHARES, "r", "p", "%", 1.0, "%"),
        (SHARES, "p", "r", "", 1.0, "%"),
        (SHARES, "p", "r", "1", 0.01, ""),
    ],
)
def test_what_two_units_lie_apart_is_told_in_one(
    signals: dict[str, tb.Signal], of: str, against: str, unit: str, value: float, told: str
) -> None:
    body = "[inputs]\n" + "".join(f'{name} = {{signal = "{name}"}}\n' for name in signals)
    body += (
        f'[[criteria]]\nid = "m"\nmetric = "mae"\nof = "{of}"\nagainst = "{against}"\nat_most = 9\n'
    )
    protocol = make_protocol(body + (f'unit = "{unit}"\n' if unit else ""))
    scene = scene_of(protocol, make_recording(signals, end=1.0))
    result = measure(protocol.criteria[0], scene)
    assert result.lo == pytest.approx(value, abs=1e-6)
    assert result.unit == told
