"""Verdicts: of a criterion on a recording, of a recording, and of a whole trial."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from trialbench.stl import Occurrences, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trialbench.artefacts import Failure
    from trialbench.damage import Damage


__all__ = [
    "CriterionResult", "Reason", "RecordingResult", "Requirement", "Ruling", "Tally", "Verdict",
    "clopper_pearson_lower", "tally", "worst",
]  # fmt: skip


class Ruling(StrEnum):
    """Of the whole trial."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """One criterion on one recording.

    `margin` is how far it is from the other verdict, in `unit`, positive when it holds; None where
    it is inconclusive. For a metric `lo` and `hi` bound its value over every completion of what is
    unknown; beside the reasons of `stl` there are `no_events` (nothing to measure), `too_few` (of
    what the protocol wants to see), `too_short` (the recording ends before judging begins) and
    `unreadable`. `violations` are half-open intervals of nanoseconds; `cause` is the part of the
    formula that made the margin at `worst_ns`, `signals` the names in it. It was judged from
    `start_ns` on (None: not at all), having waited for the signal `waited_for`. `occurrences` tells how
    often what it asks about was there, of several the rarest: 0 says that it holds in vain.
    """

    id: str
    verdict: Verdict
    margin: float | None
    unit: str = ""
    worst_ns: int | None = None
    reason: Reason | None = None
    violations: tuple[tuple[int, int], ...] = ()
    cause: str = ""
    signals: tuple[str, ...] = ()
    lo: float | None = None
    hi: float | None = None
    start_ns: int | None = None
    waited_for: str = ""
    occurrences: Occurrences | None = None


@dataclass(frozen=True, slots=True)
class RecordingResult:
    """Every criterion on one recording, which lasts from `start_ns` to `end_ns` inclusive."""

    name: str
    sha256: str
    generated: bool
    start_ns: int
    end_ns: int
    criteria: tuple[CriterionResult, ...]
    failure: Failure | None = None
    errors: tuple[Damage, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """FAIL if a criterion fails, PASS if all hold, else INCONCLUSIVE."""
        return worst(result.verdict for result in self.criteria)


@dataclass(frozen=True, slots=True)
class Requirement:
    """The share of recordings that must pass, shown with this confidence."""

    pass_rate: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Tally:
    """How many recordings passed, and what that shows.

    `confidence_bound` is the exact lower bound of the pass rate at the required confidence, None
    where the protocol requires no rate. `needed` is how many recordings must pass, with none
    failing, for the required rate to be shown.
    """

    ruling: Ruling
    passed: int
    failed: int
    inconclusive: int
    confidence_bound: float | None = None
    needed: int | None = None

    @property
    def pass_rate(self) -> float:
        """Share of the recordings that passed; an inconclusive one did not."""
        return self.passed / (self.passed + self.failed + self.inconclusive)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """FAIL where one fails, else INCONCLUSIVE where one is, else PASS."""
    seen = set(verdicts)
    if Verdict.FAIL in seen:
        return Verdict.FAIL
    return Verdict.INCONCLUSIVE if Verdict.INCONCLUSIVE in seen else Verdict.PASS


def tally(verdicts: Iterable[Verdict], require: Requirement | None) -> Tally:
    """What the recordings' verdicts show together.

    Without a requirement every recording must pass. With one, the trial is ACCEPTED when the exact
    lower bound of the pass rate reaches it (an inconclusive recording counts as not passed),
    REJECTED when the rate would miss it even if every inconclusive recording had passed, and
    INCONCLUSIVE while there are too few recordings to tell.
    """
    seen = list(verdicts)
    passed, failed = seen.count(Verdict.PASS), seen.count(Verdict.FAIL)
    unclear = len(seen) - passed - failed
    if require is None:
        ruling = {
            Verdict.PASS: Ruling.ACCEPTED,
            Verdict.FAIL: Ruling.REJECTED,
            Verdict.INCONCLUSIVE: Ruling.INCONCLUSIVE,
        }[worst(seen)]
        return Tally(ruling, passed, failed, unclear)
    bound = clopper_pearson_lower(passed, len(seen), require.confidence)
    if bound >= require.pass_rate:
        ruling = Ruling.ACCEPTED
    elif (passed + unclear) / len(seen) < require.pass_rate:
        ruling = Ruling.REJECTED
    else:
        ruling = Ruling.INCONCLUSIVE
    return Tally(ruling, passed, failed, unclear, bound, _needed(require))


def clopper_pearson_lower(passed: int, total: int, confidence: float) -> float:
    """The exact one-sided lower confidence bound of a proportion.

    The beta quantile of C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits
    illustrated in the case of the binomial", Biometrika 26 (1934) 404-413.
    """
    from scipy.special import betaincinv  # 0.15 s of start-up that most trials do without

    if passed == 0:
        return 0.0
    return float(betaincinv(passed, total - passed + 1, 1.0 - confidence))


def _needed(require: Requirement) -> int:
    """The fewest recordings, all passing, whose bound reaches the rate: (1 - c)^(1/n) >= rate."""
    return max(1, math.ceil(math.log(1.0 - require.confidence) / math.log(require.pass_rate)))
