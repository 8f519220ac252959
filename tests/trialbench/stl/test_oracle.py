"""The kernels against the definition, on generated formulas and traces."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.trialbench.stl.formulas import NAMES, REAL, formulas, traces
from trialbench.signal import Signal
from trialbench.stl import Unknown, Verdict, parse, robustness, source, track
from trialbench.stl.oracle import Oracle

MODERATE = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@pytest.fixture(params=[1, 10_000], autouse=True, ids=["spans kept", "spans joined"])
def smallest(request, monkeypatch):
    """Small traces must go the way of large ones too: cells, seams between spans and all."""
    size = 1 if request.param == 1 else 512
    monkeypatch.setattr(track, "SMALL", size)
    monkeypatch.setattr(source, "CELLS", min(size, 3))


def compare(formula, signals, unknown, **limits):
    result = robustness(formula, signals, unknown=unknown, **limits)
    oracle = Oracle(signals, unknown, result.start_ns, result.end_ns)
    times = result.times_ns
    assert times[0] == result.start_ns
    assert (np.diff(times) > 0).all()
    assert times[-1] <= result.end_ns
    instants = set(times.tolist()) | {int(t) - 1 for t in times[1:]} | {result.end_ns}
    instants |= {t for t in oracle.steps(formula) if result.start_ns <= t <= result.end_ns}
    for t in sorted(instants)[:200]:
        i = int(np.searchsorted(times, t, "right")) - 1
        assert (result.lo[i], result.hi[i]) == oracle.value(formula, t), t
    truth = Oracle(signals, unknown, result.start_ns, result.end_ns, truths=True)
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
