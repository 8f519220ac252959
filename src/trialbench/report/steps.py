"""Long signals as short ones that look the same: steps on a fixed grid of columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialbench.signal import Signal

COLUMNS: Final = 1000
"""Columns a drawing is reduced to: about one for each pixel of a page's width."""


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch of time that a drawing shows, in nanoseconds of the recording's clock."""

    first_ns: int
    last_ns: int

    @property
    def span_ns(self) -> int:
        """Its length; at least one nanosecond, so that everything has a place."""
        return max(1, self.last_ns - self.first_ns)

    def place(self, at_ns: NDArray[np.int64]) -> NDArray[np.float64]:
        """Where instants lie, 0.0 to 1.0; what lies outside is put on the edge."""
        return np.clip((at_ns - self.first_ns) / self.span_ns, 0.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """A signal to draw: at `places` (0.0 to 1.0) it steps to `values`, NaN where it is unknown.

    `unknown` are the stretches (first, last), in places, where it is not known.
    """

    places: NDArray[np.float64]
    values: NDArray[np.float64]
    unknown: NDArray[np.float64]

    @property
    def known(self) -> NDArray[np.float64]:
        """The values that are known."""
        return self.values[~np.isnan(self.values)]


def steps(signal: Signal, unknown: Iterable[tuple[int, int]], window: Window) -> Steps:
    """The signal within the window, reduced to about three steps a column, extremes kept."""
    times, values = _within(signal, window)
    starts, ends = _stretches(unknown, window)
    at = np.searchsorted(starts, times, side="right") - 1
    hidden = (at >= 0) & (times < np.append(ends, window.first_ns)[at])
    again = ends[ends <= window.last_ns]
    held = values[np.searchsorted(times, again, side="right") - 1]
    every = np.concatenate([times, starts, again])
    known = np.concatenate([np.where(hidden, np.nan, values), np.full(starts.size, np.nan), held])
    order = np.argsort(every, kind="stable")
    places, known = window.place(every[order]), known[order]
    return Steps(*reduced(places, known), unknown=_unknown(places, known))


def reduced(
    places: NDArray[np.float64], values: NDArray[np.float64], columns: int = COLUMNS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Least, greatest and last value of each column, at the column's first place.

    A signal of few steps is returned as it is. NaN counts only where a column holds nothing else
    or ends with it.
    """
    if values.size <= 4 * columns:
        return places, values
    column = np.minimum((places * columns).astype(np.int64), columns - 1)
    starts = np.append(0, np.flatnonzero(np.diff(column)) + 1)
    lasts = values[np.append(starts[1:], values.size) - 1]
    ends = (np.fmin.reduceat(values, starts), np.fmax.reduceat(values, starts), lasts)
    return np.repeat(places[starts], 3), np.stack(ends, axis=1).ravel()


def merged(intervals: NDArray[np.float64], apart: float = 1.0 / COLUMNS) -> NDArray[np.float64]:
    """Sorted intervals, shape (n, 2), those joined between which nobody would see a space."""
    if not len(intervals):
        return intervals
    firsts, lasts = intervals[:, 0], np.maximum.accumulate(intervals[:, 1])
    new = np.append(True, firsts[1:] - lasts[:-1] > apart)
    heads = np.flatnonzero(new)
    return np.stack([firsts[heads], lasts[np.append(heads[1:], len(intervals)) - 1]], axis=1)


def shown(intervals: Iterable[tuple[int, int]], window: Window) -> NDArray[np.float64]:
    """The intervals as places within the window, shape (n, 2); what lies outside is left out."""
    starts, ends = _stretches(intervals, window)
    return merged(np.stack([window.place(starts), window.place(ends)], axis=1))


def _within(signal: Signal, window: Window) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The window's first instant with the value held there, and the samples that follow in it."""
    start, stop = np.searchsorted(signal.times_ns, [window.first_ns, window.last_ns], side="right")
    held = signal.values[start - 1] if start else np.nan
    times = np.append(window.first_ns, signal.times_ns[start:stop])
    values = np.append(held, signal.values[start:stop])
    # Of samples at one instant the last counts.
    last = np.append(times[1:] != times[:-1], True)
    values = np.where(np.isfinite(values), values, np.nan)
    return times[last], values[last]


def _stretches(
    intervals: Iterable[tuple[int, int]], window: Window
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Starts and ends, clipped to the window, in order, apart from each other."""
    found = np.array(sorted(intervals), dtype=np.int64).reshape(-1, 2)
    found = np.clip(found, window.first_ns, window.last_ns + 1)
    found = found[found[:, 0] < found[:, 1]]
    if not len(found):
        return found[:, 0], found[:, 1]
    ends = np.maximum.accumulate(found[:, 1])
    heads = np.flatnonzero(np.append(True, found[1:, 0] > ends[:-1]))
    return found[heads, 0], ends[np.append(heads[1:], len(found)) - 1]


def _unknown(places: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where the values are NaN, as stretches of places."""
    missing = np.isnan(values).astype(np.int8)
    edges = np.diff(missing, prepend=0, append=0)
    bounds = np.append(places, 1.0)
    starts, ends = bounds[np.flatnonzero(edges == 1)], bounds[np.flatnonzero(edges == -1)]
    return merged(np.stack([starts, ends], axis=1))
