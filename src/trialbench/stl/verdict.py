"""A formula's verdict, three-valued, and why it may be none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trialbench.signal import NS


class Verdict(StrEnum):
    """What a formula is on a recording. What is not known is INCONCLUSIVE, never a pass."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is inconclusive, as a code and its facts.

    Codes: `horizon` (past the recording's end), `before_start`, `missing` (no sample at all),
    `not_started` (before the signal's first sample), `nan`, `undefined` (arithmetic such as 0/0),
    or the `why` of an `Unknown`. Nanoseconds on the recording's clock, `to_ns` exclusive;
    `start_ns` is the recording's start, from which `str()` counts its seconds.
    """

    code: str
    signal: str | None = None
    from_ns: int | None = None
    to_ns: int | None = None
    start_ns: int = 0

    def __str__(self) -> str:
        signal = f"signal {self.signal}" if self.signal else "the formula"
        told = _CLAUSES.get(self.code, "{signal} is unknown ({code}){span}")
        return told.format(
            signal=signal, code=self.code, span=self._span(), at=self._seconds(self.from_ns)
        )

    def _span(self) -> str:
        if self.from_ns is None or self.to_ns is None:
            return ""
        return f" from {self._seconds(self.from_ns)} to {self._seconds(self.to_ns)}"

    def _seconds(self, time_ns: int | None) -> str:
        return "" if time_ns is None else f"{(time_ns - self.start_ns) / NS:.9g} s"


_CLAUSES = {
    "horizon": "the formula looks past the recording's end at {at}",
    "before_start": "the formula looks back before the recording's start",
    "gap": "{signal} has a gap{span}",
    "invalid": "{signal} is not valid{span}",
    "damaged": "{signal} is lost in damaged data{span}",
    "missing": "{signal} is missing",
    "not_started": "{signal} has no sample before {at}",
    "nan": "{signal} is not a number{span}",
    "undefined": "arithmetic has no result at {at}",
}
