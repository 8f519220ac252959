"""The loops that must be fast. Each works on one bound: plain arrays, no NaN, ±inf for the unknown.

A bound that is one number many times over (`memory.uniform`) is written out for them.

Extrema are written `a if a < b else b`: one instruction, where `min` would look for NaN.
"""

import numpy as np
from numpy.typing import NDArray

from trialbench._jit import kernel
from trialbench.stl.memory import room

Floats = NDArray[np.float64]
Bounds = tuple[Floats, Floats]
"""lo and hi of one node on the same steps; hi is lo where nothing is unknown."""
Times = NDArray[np.int64]


_plain = np.ascontiguousarray


def slide_cells(values: Floats, width: int, highest: bool) -> Floats:
    """The extremum of every `width` neighbouring values."""
    out = room(values.size - width + 1, np.float64)
    sign = -1.0 if highest else 1.0
    _slide_cells(_plain(values), width, sign, out, np.empty((3, width)), np.empty((2, width + 1)))
    return out


@kernel
def _slide_cells(
    values: Floats, width: int, sign: float, out: Floats, suffixes: Floats, prefixes: Floats
) -> None:
    """Van Herk, Gil and Werman: suffix extrema of a block and prefix extrema of the next.

    Each is a chain in which every step waits for the one before, so two blocks are scanned at once
    both ways: four chains take the time of one.
    """
    n, size = out.size, values.size
    here, middle, there = suffixes[0], suffixes[1], suffixes[2]
    near, far = prefixes[0], prefixes[1]
    near[0] = far[0] = np.inf
    _suffixes(values[:width], sign, here)
    block = 0
    while block + 3 * width <= size:
        first = values[block + width : block + 2 * width]
        second = values[block + 2 * width : block + 3 * width]
        a = b = c = d = np.inf
        for j in range(width):
            k = width - 1 - j
            value = sign * first[j]
            a = value if value < a else a
            near[j + 1] = a
            value = sign * first[k]
            b = value if value < b else b
            middle[k] = b
            value = sign * second[j]
            c = value if value < c else c
            far[j + 1] = c
            value = sign * second[k]
            d = value if value < d else d
            there[k] = d
        _least(here, near, sign, out[block : block + width])
        _least(middle, far, sign, out[block + width : block + 2 * width])
        here, there = there, here
        block += 2 * width
    while block < n:
        rest = values[block + width : block + 2 * width]
        a = np.inf
        for j in range(rest.size):
            value = sign * rest[j]
            a = value if value < a else a
            near[j + 1] = a
        _least(here, near, sign, out[block : block + width])
        _suffixes(rest, sign, here)
        block += width


@kernel
def _suffixes(values: Floats, sign: float, out: Floats) -> None:
    best = np.inf
    for j in range(values.size - 1, -1, -1):
        value = sign * values[j]
        best = value if value < best else best
        out[j] = best


@kernel
def _least(a: Floats, b: Floats, sign: float, out: Floats) -> None:
    for j in range(out.size):
        out[j] = sign * (a[j] if a[j] < b[j] else b[j])


def slide_steps(
    times: Times, values: Floats, a: int, b: int, start: int, stop: int, highest: bool
) -> tuple[Times, Floats]:
    """The extremum over [t+a, t+b] of a step function, for t in [start, stop): where it changes.

    `times` are where the steps begin, the first at most start+a, the last at most stop+b-1.
    """
    most = 2 * times.size + 1
    out_times, out_values = room(most, np.int64), room(most, np.float64)
    front = room(times.size, np.float64)
    count = _slide_steps(
        times, _plain(values), a, b, start, stop, highest, out_times, out_values, front
    )
    return out_times[:count].copy(), out_values[:count].copy()


@kernel
def _slide_steps(
    times: Times,
    values: Floats,
    a: int,
    b: int,
    start: int,
    stop: int,
    highest: bool,
    out_times: Times,
    out_values: Floats,
    front: Floats,
) -> np.int64:
    """Two stacks make the window: `front` holds suffix extrema, `back` a running one.

    A step enters at its beginning - b and leaves at the next one's beginning - a; which of the two
    comes first is random, so it is told without a branch.
    """
    n = times.size
    never = np.int64(2**62)
    sign = -1.0 if highest else 1.0
    left = np.int64(0)
    while left + 1 < n and times[left + 1] <= start + a:
        left += 1
    right = left
    while right < n and times[right] <= start + b:
        right += 1
    turned = left  # what came before this one is in front
    back = np.inf
    count = np.int64(0)
    previous = np.nan
    t = np.int64(start)
    while t < stop:
        if left >= turned:
            best = np.inf
            for i in range(right - 1, left - 1, -1):
                value = sign * values[i]
                best = value if value < best else best
                front[i] = best
            turned = right
            back = np.inf
        best = back if back < front[left] else front[left]
        out_times[count] = t
        out_values[count] = sign * best
        count += np.int64(best != previous)
        previous = best
        entering = times[right if right < n else n - 1] - b
        entering = entering if right < n else never
        leaving = times[left + 1 if left + 1 < n else left] - a
        leaving = leaving if left + 1 < n else never
        enters = entering <= leaving
        value = sign * values[right if right < n else n - 1]
        value = value if enters else np.inf
        back = value if value < back else back
        right += np.int64(enters)
        left += np.int64(leaving <= entering)
        t = entering if enters else leaving
    return count


def scan(values: Floats, best: float, highest: bool) -> Floats:
    """The extremum of each value and everything after it, `best` being what follows the last.

    Made in place where the values are nobody's: a signal's own are read-only.
    """
    out = values if values.flags.writeable else room(values.size, np.float64)
    _scan(_plain(values), best, highest, out)
    return out


@kernel
def _scan(values: Floats, best: float, highest: bool, out: Floats) -> None:
    """Block by block from the end, in each four chains at once that are brought together after."""
    sign = -1.0 if highest else 1.0
    size = 500  # four of them stay in the first cache, and not at the same places in it
    best = sign * best
    stop = values.size
    while stop >= 4 * size:
        block, into = values[stop - 4 * size : stop], out[stop - 4 * size : stop]
        a = b = c = d = np.inf
        for i in range(size - 1, -1, -1):
            value = sign * block[i]
            a = value if value < a else a
            value = sign * block[size + i]
            b = value if value < b else b
            value = sign * block[2 * size + i]
            c = value if value < c else c
            value = sign * block[3 * size + i]
            d = value if value < d else d
            into[i] = a
            into[size + i] = b
            into[2 * size + i] = c
            into[3 * size + i] = d
        for part in range(3, -1, -1):
            quarter = into[part * size : (part + 1) * size]
            for i in range(size):
                quarter[i] = sign * (quarter[i] if quarter[i] < best else best)
            best = sign * quarter[0]
        stop -= 4 * size
    for i in range(stop - 1, -1, -1):
        value = sign * values[i]
        best = value if value < best else best
        out[i] = sign * best


def union(a: Times, b: Times) -> Times:
    """The times that are in either, once each; both strictly increasing."""
    out = room(a.size + b.size, np.int64)
    return out[: _union(a, b, out)]


@kernel
def _union(a: Times, b: Times, out: Times) -> np.uint64:
    """A merge without a branch on which comes first: on fresh data that is a coin's toss."""
    i = j = count = np.uint64(0)
    one, n, m = np.uint64(1), np.uint64(a.size), np.uint64(b.size)
    while i < n and j < m:
        x, y = a[i], b[j]
        out[count] = min(x, y)
        i += np.uint64(x <= y)
        j += np.uint64(y <= x)
        count += one
    while i < n:
        out[count] = a[i]
        i += one
        count += one
    while j < m:
        out[count] = b[j]
        j += one
        count += one
    return count


def resample(times: Times, values: Floats, grid: Times) -> Floats:
    """The step function's value at each time of a finer grid that begins where it does."""
    out = room(grid.size, np.float64)
    _resample(times, _plain(values), grid, out)
    return out


@kernel
def _resample(times: Times, values: Floats, grid: Times, out: Floats) -> None:
    at, one, last = np.uint64(0), np.uint64(1), np.uint64(times.size - 1)
    for i in range(grid.size):
        following = min(at + one, last)
        at += np.uint64((times[following] <= grid[i]) & (at < last))
        out[i] = values[at]
