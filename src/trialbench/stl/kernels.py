"""The loops that must be fast. Each works on one bound: plain arrays, no NaN, ±inf for the unknown.

A bound that is one number many times over (`memory.uniform`) is written out for them.

Extrema are written `a if a < b else b`: one instruction, where `min` would look for NaN.
"""

import numpy as np
from numpy.typing import NDArray

from trialbench._jit import kernel
from trialbench.stl.memory import room

Floats = NDArray[np.float64]
Times = NDArray[np.int64]


_plain = np.ascontiguousarray


def slide_cells(values: Floats, width: int, highest: bool) -> Floats:
    """The extremum of every `width` neighbouring values."""
    out = room(values.size - width + 1, np.float64)
    _slide_cells(_plain(values), width, -1.0 if highest else 1.0, out)
    return out


@kernel
def _slide_cells(values: Floats, width: int, sign: float, out: Floats) -> None:
    """Van Herk, Gil and Werman: suffix extrema of a block and prefix extrema of the next.

    Each is a chain in which every step waits for the one before, so two blocks are scanned at once
    both ways: four chains take the time of one.
    """
    n, size = out.size, values.size
    here, middle, there = np.empty(width), np.empty(width), np.empty(width)
    near, far = np.empty(width + 1), np.empty(width + 1)
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


def scan_until(left: Floats, right: Floats, best: float) -> Floats:
    """`left until right` at each step, `best` being its value after the last."""
    out = room(left.size, np.float64)
    _scan_until(_plain(left), _plain(right), best, out)
    return out


@kernel
def _scan_until(left: Floats, right: Floats, best: float, out: Floats) -> None:
    """min(left, max(right, next)): right now, or left now and the until after.

    Block by block from the end, as `_scan`. Of three quarters it is not known yet what follows, but
    it can only be clamped on the way: two chains, from the least and from the most that it may be,
    tell between what.
    """
    size = 200  # four of left, right, out and uppers stay in the first cache
    uppers = np.empty((3, size))
    stop = left.size
    while stop >= 4 * size:
        l0, l1, l2, l3 = _quarters(left[stop - 4 * size : stop], size)
        r0, r1, r2, r3 = _quarters(right[stop - 4 * size : stop], size)
        o0, o1, o2, o3 = _quarters(out[stop - 4 * size : stop], size)
        a = b = c = -np.inf
        x = y = z = np.inf
        for i in range(size - 1, -1, -1):
            a, x = _until(l0[i], r0[i], a), _until(l0[i], r0[i], x)
            b, y = _until(l1[i], r1[i], b), _until(l1[i], r1[i], y)
            c, z = _until(l2[i], r2[i], c), _until(l2[i], r2[i], z)
            best = _until(l3[i], r3[i], best)
            o0[i], o1[i], o2[i], o3[i] = a, b, c, best
            uppers[0, i], uppers[1, i], uppers[2, i] = x, y, z
        for part in range(2, -1, -1):
            quarter = out[stop - (4 - part) * size : stop - (3 - part) * size]
            upper = uppers[part]
            for i in range(size):
                quarter[i] = _until(upper[i], quarter[i], best)
            best = quarter[0]
        stop -= 4 * size
    for i in range(stop - 1, -1, -1):
        best = _until(left[i], right[i], best)
        out[i] = best


@kernel
def _until(left: float, right: float, after: float) -> float:
    best = right if right > after else after
    return left if left < best else best


@kernel
def _quarters(values: Floats, size: int) -> tuple[Floats, Floats, Floats, Floats]:
    return values[:size], values[size : 2 * size], values[2 * size : 3 * size], values[3 * size :]


def until_cells(left: Floats, right: Floats, near: int, far: int) -> Floats:
    """`left until right` where right counts from `near` cells ahead to `far`."""
    out = room(left.size - far, np.float64)
    _until_cells(_plain(left), _plain(right), near, far, out)
    return out


@kernel
def _until_cells(left: Floats, right: Floats, near: int, far: int, out: Floats) -> None:
    """The least of three, as `track.until` tells."""
    _slide_cells(right[near:], far - near + 1, -1.0, out)
    part = np.empty(left.size)
    _scan_until(left, right, -np.inf, part)
    _least(out, part[near:], 1.0, out)
    if near:
        _slide_cells(left[: near + out.size], near + 1, 1.0, part[: out.size])
        _least(out, part, 1.0, out)


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


def spread(
    values: Floats, cell: int, parts: int, begin: int, end: int, into: tuple[Floats, Floats]
) -> None:
    """Set places `begin` to `end` to the value of their cell, which `parts` of them lie in.

    Place 0 begins cell `cell`; what lies after the last cell has its value.
    """
    _spread(values, cell, parts, begin, end, *into)


@kernel
def _spread(
    values: Floats, cell: int, parts: int, begin: int, end: int, lo: Floats, hi: Floats
) -> None:
    at, part = cell + begin // parts, begin % parts
    for place in range(begin, end):
        lo[place] = hi[place] = values[min(at, values.size - 1)]
        part += 1
        if part == parts:
            at, part = at + 1, 0


def steps(
    lo: Floats, hi: Floats, place: int, first: int, dt: int, cuts: Times
) -> tuple[Times, Floats, Floats]:
    """Where bounds of parts of cells step, and to what; one array for both where they are equal.

    They begin at part `place`; part 0 at `first`, each cell at a multiple of `dt` after it, and its
    parts at `cuts` from there.
    """
    times, out = np.empty(lo.size, np.int64), np.empty((2, lo.size))
    count, known = _steps(_plain(lo), _plain(hi), place, first, dt, cuts, times, out)
    low = out[0, :count]
    return times[:count], low, low if known else out[1, :count]


@kernel
def _steps(
    lo: Floats, hi: Floats, place: int, first: int, dt: int, cuts: Times, times: Times, out: Floats
) -> tuple[np.int64, bool]:
    cell, part = first + place // cuts.size * dt, place % cuts.size
    count = np.int64(0)
    known = True
    for i in range(lo.size):
        if i == 0 or lo[i] != lo[i - 1] or hi[i] != hi[i - 1]:
            times[count] = cell + cuts[part]
            out[0, count], out[1, count] = lo[i], hi[i]
            known &= lo[i] == hi[i]
            count += 1
        part += 1
        if part == cuts.size:
            cell, part = cell + dt, 0
    return count, known
