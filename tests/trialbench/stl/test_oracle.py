"""The kernels against the definition, on generated formulas and traces."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.trialbench.stl.formulas import GRID, NAMES, REAL, formulas, traces
from tests.trialbench.stl.oracle import Oracle
from trialbench.signal import Signal
from trialbench.stl import (
    Unknown,
    Verdict,
    cells,
    evaluate,
    parse,
    robustness,
    source,
    syntax,
    track,
)  # fmt: skip

MODERATE = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(params=[0, 512], autouse=True, ids=["spans kept", "spans joined"])
def smallest(request, monkeypatch):
    """Small traces must go the way of large ones too: cells, seams between spans and all."""
    monkeypatch.setattr(track, "SMALL", request.param)
    monkeypatch.setattr(track, "NEAR", 2)
    monkeypatch.setattr(source, "CELLS", 3)


def compare(formula, signals, unknown, **limits):
    result = robustness(formula, signals, unknown=unknown, **limits)
    since = limits.get("since_ns")
    oracle = Oracle(signals, unknown, result.start_ns, result.end_ns, since=since)
    times = result.times_ns
    assert times[0] == result.start_ns
    assert (np.diff(times) > 0).all()
    assert times[-1] <= result.end_ns
    instants = set(times.tolist()) | {int(t) - 1 for t in times[1:]} | {result.end_ns}
    instants |= {t for t in oracle.steps(formula) if result.start_ns <= t <= result.end_ns}
    for t in sorted(instants)[:200]:
        i = int(np.searchsorted(times, t, "right")) - 1
        assert (result.lo[i], result.hi[i]) == oracle.value(formula, t), t
    truth = Oracle(signals, unknown, result.start_ns, result.end_ns, truths=True, since=since)
    lo, hi = truth.value(formula, result.start_ns)
    expected = Verdict.PASS if lo > 0 else Verdict.FAIL if hi < 0 else Verdict.INCONCLUSIVE
    assert result.verdict is expected
    return result, oracle, truth


@given(formulas(), traces())
@MODERATE
def test_kernels_and_definition_agree(formula, trace):
    compare(formula, *trace)


@given(formulas(on_grid=True), traces(gaps=False))
@MODERATE
def test_kernels_and_definition_agree_where_windows_fall_on_samples(formula, trace):
    compare(formula, *trace)


@given(formulas(max_leaves=3), traces(), st.integers(-15, 40), st.integers(0, 60))
@settings(MODERATE, max_examples=100)
def test_they_agree_on_any_stretch_of_the_samples(formula, trace, start, length):
    compare(formula, *trace, start_ns=start, end_ns=start + length)


@given(formulas(max_leaves=3), traces(), st.integers(0, 40), st.integers(0, 50))
@settings(MODERATE, max_examples=100)
def test_they_agree_on_what_was_known_before_judging_began(formula, trace, start, back):
    limits = {"start_ns": start, "end_ns": max(60, start), "since_ns": start - back}
    compare(formula, *trace, **limits)


@given(formulas(max_leaves=3), traces())
@settings(MODERATE, max_examples=50)
def test_what_a_signal_itself_says_is_unknown_counts_as_what_the_caller_says(formula, trace):
    signals, unknown = trace
    own = {name: signal.unknown_in(unknown.get(name, ())) for name, signal in signals.items()}
    limits = {"start_ns": -5, "end_ns": 70}
    told, known = (
        robustness(formula, signals, unknown=unknown, **limits),
        robustness(formula, own, **limits),
    )
    assert told.times_ns.tolist() == known.times_ns.tolist()
    assert (told.lo.tolist(), told.hi.tolist()) == (known.lo.tolist(), known.hi.tolist())


@given(formulas(), traces(), st.data())
@settings(MODERATE, max_examples=150)
def test_every_completion_lies_within_the_bounds(formula, trace, data):
    signals, unknown = trace
    result = robustness(formula, signals, unknown=unknown)
    reach = 130  # farther than four nested windows of these formulas look
    completed = {}
    for name, signal in signals.items():
        inner = [edge for gap in unknown.get(name, ()) for edge in (gap.from_ns, gap.to_ns)]
        outer = [result.start_ns - reach, result.start_ns - 7, result.end_ns + 1, result.end_ns + 9]
        times = sorted({*signal.times_ns.tolist(), *inner, *outer})
        oracle = Oracle(signals, unknown, result.start_ns, result.end_ns)
        known = [oracle.number(syntax.Name(name), t)[0] for t in times]
        free = [data.draw(REAL) if math.isinf(value) else value for value in known]
        completed[name] = Signal(np.array(times), np.array(free))
    # The completed trace is longer, so unbounded windows would see more of it: keep to bounded ones.
    if any(
        isinstance(node, syntax.Temporal | syntax.Binding)
        and (node.interval is None or node.interval.hi_ns is None)
        for node, _ in syntax.walk(formula)
    ):
        return
    whole = Oracle(completed, {}, result.start_ns - reach, result.end_ns + reach)
    for i in {0, len(result.times_ns) // 2, len(result.times_ns) - 1}:
        lo, hi = whole.value(formula, int(result.times_ns[i]))
        assert result.lo[i] <= lo
        assert hi <= result.hi[i] or (lo, hi) == (-math.inf, math.inf)


@given(formulas(max_leaves=4), traces())
@settings(MODERATE, max_examples=150)
def test_every_verdict_is_explained(formula, trace):
    signals, unknown = trace
    result = robustness(formula, signals, unknown=unknown)
    assert (result.reason is None) == (result.margin is not None) == (result.worst_ns is not None)
    assert set(result.cause.signals) <= set(NAMES)
    if result.margin is None:
        assert str(result.reason)
    else:
        leaf = parse(result.cause.text)
        oracle = Oracle(signals, unknown, result.start_ns, result.end_ns)
        assert abs(result.margin) in map(abs, oracle.value(leaf, result.worst_ns))
    for begin, end in result.violations:
        assert result.start_ns <= begin < end <= result.end_ns + 1


@given(formulas(on_grid=True, max_leaves=3), st.integers(0, 2**32 - 1))
@example(parse("rise(x > 0) or y > 1"), 1)
@settings(MODERATE, max_examples=40)
def test_a_long_recording_is_judged_alike_in_pieces_and_whole(formula, seed):
    rng = np.random.default_rng(seed)
    signals = {
        name: Signal(GRID * np.arange(200), rng.integers(-3, 4, 200).astype(float))
        for name in NAMES
    }
    whole = robustness(formula, signals)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluate, "PIECE", 32)
        patch.setattr(cells, "PIECE", 32)
        pieces = robustness(formula, signals)
    grid = np.union1d(whole.times_ns, pieces.times_ns)
    for result in (whole, pieces):
        at = np.searchsorted(result.times_ns, grid, "right") - 1
        assert np.array_equal(
            result.lo[at], whole.lo[np.searchsorted(whole.times_ns, grid, "right") - 1]
        )
        assert np.array_equal(
            result.hi[at], whole.hi[np.searchsorted(whole.times_ns, grid, "right") - 1]
        )
    assert (pieces.verdict, pieces.margin) == (whole.verdict, whole.margin)


@pytest.mark.parametrize("piece", [8, 1 << 15], ids=["in pieces", "whole"])
@pytest.mark.parametrize(
    "text",
    [
        "(x > 0 or y > 0) until[20ns:70ns] (once[0:50ns](z > 1))",
        "always(x > 2 -> eventually[0:50ns](y > 2.5))",
        "always eventually[0:50ns](y > 2.5)",
        "always eventually[0:20ns](y > 2.5 or z < 1)",
        "eventually always[0:20ns](x < 2.5 and z > 1)",
        "always eventually[0:900ns](z < 1)",
        "once(x < -3 or historically[0:50ns](y < 0))",
        "always(always(x > 2 -> eventually[0:50ns](y > 2.5)))",
        "x > 0 until[0:50ns] y > z",
        "(x > 0 or always[0:20ns](true)) since[10ns:70ns] once[20ns:50ns](y > z)",
    ],
)
def test_a_long_recording_with_a_gap_agrees_with_the_definition_at_the_seams(
    text, piece, monkeypatch
):
    monkeypatch.setattr(cells, "PIECE", piece)
    rng = np.random.default_rng(1)
    signals = {
        name: Signal(GRID * np.arange(300), rng.integers(-3, 4, 300) * 1.0) for name in NAMES
    }
    for name, last in (("x", -3.0), ("y", 3.0)):  # so that the end leaves more open than the rest
        values = signals[name].values.copy()
        values[-2:] = last
        signals[name] = Signal(signals[name].times_ns, values)
    unknown = {"z": [Unknown(GRID * 150, GRID * 160 + 3, "gap")]}
    formula = parse(text)
    result = robustness(formula, signals, unknown=unknown)
    oracle = Oracle(signals, unknown, result.start_ns, result.end_ns)
    times = result.times_ns.tolist()
    for t in [t for t in times if t < 90 or 1440 < t < 1680 or t > GRID * 280][::2]:
        i = times.index(t)
        assert (result.lo[i], result.hi[i]) == oracle.value(formula, t)


@pytest.mark.parametrize("late", [0, GRID // 2, 3 * GRID])
def test_signals_of_one_step_may_be_out_of_step(late):
    x, y = (np.random.default_rng(seed).integers(-3, 4, 40) * 1.0 for seed in (1, 2))
    signals = {
        "x": Signal(GRID * np.arange(40), x),
        "y": Signal(GRID * np.arange(40) + late, y),
    }
    compare(parse("always[0:20ns](x > 0 or once[0:30ns](y > 1))"), signals, {})


@pytest.mark.parametrize("piece", [8, 40, 1 << 15])
def test_gaps_may_begin_and_end_anywhere_between_samples(piece, monkeypatch):
    monkeypatch.setattr(cells, "PIECE", piece)
    values = np.random.default_rng(5).integers(-3, 4, 30) * 1.0
    signals = {"x": Signal(GRID * np.arange(30), values)}
    gaps = [Unknown(GRID * k + k // 3, GRID * k + 12 - k // 4, "gap") for k in range(5, 25, 3)]
    compare(parse("eventually[10ns:30ns](x > 2) or once[0:20ns](x > 2)"), signals, {"x": gaps})
