"""A signal: what one quantity was, from sample to sample."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from trialbench import display
from trialbench._jit import kernel
from trialbench.errors import SignalError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

NS: Final = 1_000_000_000
"""Nanoseconds in a second."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A signal is unknown in [from_ns, to_ns); `why` is a short code: gap, invalid, damaged."""

    from_ns: int
    to_ns: int
    why: str


class Survey(NamedTuple):
    """What a look at all of a signal tells.

    `step` are the nanoseconds between samples where they are always the same, else 0; `holed` is
    whether a value is NaN. `first` and `last` are when its first and last samples were taken, 0 where
    there is none.
    """

    step: int
    holed: bool
    first: int
    last: int


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """Samples of one quantity, right-continuous: each value holds until the next sample.

    `times_ns` is int64, nanoseconds, never decreasing (of samples at one instant the last counts);
    `values` is float64 of the same length, NaN where the value is unknown; `unit` is the unit's
    text, empty where none is known. Both arrays are read-only. `unknown` are the intervals in which
    nobody knows the value although a sample stands before them, such as a recording's damage.

    Raises `SignalError` where the arrays make no signal.
    """

    times_ns: NDArray[np.int64]
    values: NDArray[np.float64]
    unit: str = ""
    unknown: tuple[Unknown, ...] = ()
    _survey: Survey | None = field(init=False, repr=False)

    def __init__(
        self,
        times_ns: ArrayLike,
        values: ArrayLike,
        unit: str = "",
        unknown: Iterable[Unknown] = (),
    ) -> None:
        times = _frozen(times_ns, np.int64, "times_ns")
        numbers = _frozen(values, np.float64, "values")
        if times.shape != numbers.shape:
            raise SignalError(f"a signal has {times.size} times but {numbers.size} values")
        if times.size > 1 and bool(np.any(times[1:] < times[:-1])):
            at = int(np.argmax(times[1:] < times[:-1])) + 1
            raise SignalError(
                f"a signal's time runs backwards at sample {at}: {times[at]} ns after {times[at - 1]} ns"
            )
        object.__setattr__(self, "times_ns", times)
        object.__setattr__(self, "values", numbers)
        object.__setattr__(self, "unit", unit)
        object.__setattr__(self, "unknown", tuple(unknown))
        object.__setattr__(self, "_survey", None)

    def __len__(self) -> int:
        return int(self.times_ns.size)

    def __repr__(self) -> str:
        return f"Signal({len(self)} samples, unit={self.unit!r})"

    def survey(self) -> Survey:
        """What it is like, worked out at the first look: every formula over the signal asks for it."""
        if self._survey is None:
            step, holed = survey(self.times_ns, self.values)
            first, last = (int(self.times_ns[at]) for at in (0, -1)) if len(self) else (0, 0)
            object.__setattr__(self, "_survey", Survey(int(step), bool(holed), first, last))
        assert self._survey is not None  # noqa: S101 - just set
        return self._survey

    @property
    def extremes(self) -> tuple[float, float] | None:
        """The least and the greatest of its values, None where it has none but NaN."""
        known = self.values[~np.isnan(self.values)]
        return (float(known.min()), float(known.max())) if known.size else None

    def plot(self, name: str = "") -> display.Plot:
        """Its course as a drawing that a notebook shows by itself, under this name.

        It is a step plot over seconds since the first instant that the signal tells of; where it is
        unknown it is hatched, and of many samples in one column the least, the greatest and the
        last are drawn.
        """
        return display.plot(self, name)

    def scaled(self, factor: float, offset: float = 0.0, unit: str | None = None) -> Signal:
        """This signal with `factor * value + offset` for each value, in `unit`."""
        values = self.values * factor + offset
        return Signal(self.times_ns, values, self.unit if unit is None else unit, self.unknown)

    def unknown_in(self, intervals: Iterable[Unknown]) -> Signal:
        """This signal, unknown in these intervals too."""
        return Signal(self.times_ns, self.values, self.unit, (*self.unknown, *intervals))


def _frozen(data: ArrayLike, dtype: type[np.generic], what: str) -> NDArray[Any]:
    """`data` as a read-only one-dimensional array, copied only where somebody could still write."""
    array = np.asarray(data)
    if array.ndim != 1:
        raise SignalError(
            f"a signal's {what} must be one-dimensional, not {array.ndim}-dimensional"
        )
    if dtype is np.int64 and array.size and array.dtype.kind not in "iu":
        raise SignalError(f"a signal's {what} must be whole nanoseconds, not {array.dtype}")
    try:
        made = array.astype(dtype, copy=False)
    except (TypeError, ValueError):
        raise SignalError(f"a signal's {what} must be numbers, not {array.dtype}") from None
    if made.flags.writeable:
        if isinstance(data, np.ndarray) and np.may_share_memory(made, data):
            made = made.copy()
        made.flags.writeable = False
    return made


@kernel
def survey(times: NDArray[np.int64], values: NDArray[np.float64]) -> tuple[np.int64, bool]:
    """The step of the sample times where they are evenly spaced, else 0; and whether a value is NaN."""
    n = times.size
    step = times[1] - times[0] if n > 1 else np.int64(0)
    odd = np.int64(0)
    for i in range(1, n):
        odd |= (times[i] - times[i - 1]) ^ step
    nan = False
    for i in range(n):
        nan |= values[i] != values[i]
    return (step if odd == 0 else np.int64(0)), nan
