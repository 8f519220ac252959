from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from trialbench.verdict import (
    CriterionResult,
    RecordingResult,
    Requirement,
    Ruling,
    Verdict,
    clopper_pearson_lower,
    tally,
    worst,
)

PASS, FAIL, UNCLEAR = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE


def test_a_failure_outweighs_the_unknown_and_the_unknown_a_pass() -> None:
    assert worst([PASS, UNCLEAR, FAIL]) is FAIL
    assert worst([PASS, UNCLEAR]) is UNCLEAR
    assert worst([PASS, PASS]) is PASS


def test_a_recordings_verdict_is_that_of_its_criteria() -> None:
    held = CriterionResult("a", PASS, 1.0)
    result = RecordingResult("drive", "00", False, 0, 1, (held, replace(held, verdict=FAIL)))
    assert result.verdict is FAIL


@pytest.mark.parametrize(
    ("verdicts", "ruling"),
    [
        ([PASS, PASS], Ruling.ACCEPTED),
        ([PASS, FAIL, UNCLEAR], Ruling.REJECTED),
        ([PASS, UNCLEAR], Ruling.INCONCLUSIVE),
    ],
)
def test_without_a_rate_every_recording_must_pass(verdicts: list[Verdict], ruling: Ruling) -> None:
    counted = tally(verdicts, None)
    assert counted.ruling is ruling
    assert counted.confidence_bound is None


def test_three_of_three_never_show_ninety_nine_per_cent() -> None:
    counted = tally([PASS] * 3, Requirement(0.99, 0.95))
    assert counted.ruling is Ruling.INCONCLUSIVE
    assert counted.pass_rate == 1.0
    assert counted.confidence_bound == pytest.approx(0.05 ** (1 / 3))
    assert counted.needed == 299


def test_as_many_passes_as_needed_are_enough_and_one_less_is_not() -> None:
    require = Requirement(0.9, 0.9)
    needed = tally([PASS], require).needed
    assert needed == 22
    assert tally([PASS] * needed, require).ruling is Ruling.ACCEPTED
    assert tally([PASS] * (needed - 1), require).ruling is Ruling.INCONCLUSIVE


def test_a_rate_that_the_unknown_could_not_save_is_rejected() -> None:
    require = Requirement(0.9, 0.9)
    assert tally([PASS] * 3 + [FAIL] + [UNCLEAR], require).ruling is Ruling.REJECTED
    assert tally([PASS] * 3 + [UNCLEAR], require).ruling is Ruling.INCONCLUSIVE


def test_a_rate_that_is_just_reached_is_reached() -> None:
    assert tally([PASS, FAIL], Requirement(0.5, 0.9)).ruling is Ruling.INCONCLUSIVE
    assert (
        tally([PASS, FAIL, UNCLEAR, UNCLEAR], Requirement(0.75, 0.9)).ruling is Ruling.INCONCLUSIVE
    )
    shown = clopper_pearson_lower(3, 3, 0.9)
    assert tally([PASS] * 3, Requirement(shown, 0.9)).ruling is Ruling.ACCEPTED


def test_an_inconclusive_recording_counts_as_not_passed() -> None:
    require = Requirement(0.9, 0.9)
    assert (
        tally([PASS] * 30 + [UNCLEAR], require).confidence_bound
        < tally([PASS] * 31, require).confidence_bound
    )


@given(st.integers(1, 60), st.data(), st.floats(0.5, 0.999))
def test_the_bound_is_the_exact_one(total: int, data: st.DataObject, confidence: float) -> None:
    """At the bound, as many passes or more are just as likely as the confidence leaves over."""
    passed = data.draw(st.integers(1, total))
    bound = clopper_pearson_lower(passed, total, confidence)
    assert binom.sf(passed - 1, total, bound) == pytest.approx(1 - confidence, rel=1e-6, abs=1e-12)


def test_no_pass_shows_nothing() -> None:
    assert clopper_pearson_lower(0, 5, 0.95) == 0.0
    assert not math.isnan(clopper_pearson_lower(5, 5, 0.95))
