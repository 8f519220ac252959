"""The loops that must be fast. Each works on one bound: plain arrays, no NaN, ±inf for the unknown.

Extrema are written `a if a < b else b`: one instruction, where `min` would look for NaN.
"""

import numpy as np
from numpy.typing import NDArray

from trialbench._jit import kernel

Floats = NDArray[np.float64]
Times = NDArray[np.int64]


@kernel
def survey(times: Times, values: Floats) -> tuple[int, bool]:
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


@kernel
def slide_cells(values: Floats, width: int, highest: bool) -> Floats:
    """The extremum of every `width` neighbouring values (van Herk, Gil and Werman).

    Blocks of `width`: suffix extrema of a block and prefix extrema of the next make every window.
    """
    n = values.size - width + 1
    out = np.empty(n, np.float64)
    suffix = np.empty(width, np.float64)
    sign = -1.0 if highest else 1.0
    for block in range(0, n, width):
        best = np.inf
        for j in range(width - 1, -1, -1):
            value = sign * values[block + j]
            best = value if value < best else best
            suffix[j] = best
        best = np.inf
        stop = min(width, n - block)
        out[block] = sign * suffix[0]
        for j in range(1, stop):
            value = sign * values[block + width + j - 1]
            best = value if value < best else best
            out[block + j] = sign * (best if best < suffix[j] else suffix[j])
    return out


@kernel
def slide_steps(
    times: Times, values: Floats, a: int, b: int, start: int, stop: int, highest: bool
) -> tuple[Times, Floats]:
    """The extremum over [t+a, t+b] of a step function, for t in [start, stop), changes only.

    `times` are where the steps begin, the first at most start+a. Two stacks make a queue: the
    front one holds suffix extrema, the back one's extremum is a running one.
    """
    n = times.size
    out_times = np.empty(2 * n + 1, np.int64)
    out_values = np.empty(2 * n + 1, np.float64)
    front = np.empty(n, np.float64)
    sign = -1.0 if highest else 1.0
    left = 0  # the first step in the window
    while left + 1 < n and times[left + 1] <= start + a:
        left += 1
    right = left  # one past the last step in the window
    back = np.inf
    turned = left  # front holds suffix extrema of the steps before this one
    count = 0
    previous = np.nan
    t = np.int64(start)
    while t < stop:
        while right < n and times[right] <= t + b:
            value = sign * values[right]
            back = value if value < back else back
            right += 1
        while left + 1 < n and times[left + 1] <= t + a:
            left += 1
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
        count += best != previous
        previous = best
        entering = times[right] - b if right < n else stop
        leaving = times[left + 1] - a if left + 1 < n else stop
        t = entering if entering < leaving else leaving
    return out_times[:count].copy(), out_values[:count].copy()


@kernel
def scan(values: Floats, best: float, highest: bool) -> Floats:
    """The extremum of each value and everything after it, `best` being what follows the last."""
    out = np.empty(values.size, np.float64)
    sign = -1.0 if highest else 1.0
    best = sign * best
    for i in range(values.size - 1, -1, -1):
        value = sign * values[i]
        best = value if value < best else best
        out[i] = sign * best
    return out


@kernel
def scan_until(left: Floats, right: Floats, best: float) -> Floats:
    """`left until right` at each step, `best` being its value after the last: min(l, max(r, next))."""
    out = np.empty(left.size, np.float64)
    for i in range(left.size - 1, -1, -1):
        best = right[i] if right[i] > best else best
        best = left[i] if left[i] < best else best
        out[i] = best
    return out


@kernel
def union(a: Times, b: Times) -> Times:
    """The times that are in either, once each; both strictly increasing."""
    out = np.empty(a.size + b.size, np.int64)
    i = j = count = 0
    while i < a.size and j < b.size:
        x, y = a[i], b[j]
        out[count] = x if x < y else y
        i += x <= y
        j += y <= x
        count += 1
    for k in range(i, a.size):
        out[count] = a[k]
        count += 1
    for k in range(j, b.size):
        out[count] = b[k]
        count += 1
    return out[:count].copy()


@kernel
def resample(times: Times, values: Floats, grid: Times) -> Floats:
    """The step function's value at each time of a finer grid that begins where it does."""
    out = np.empty(grid.size, np.float64)
    at = 0
    for i in range(grid.size):
        if at + 1 < times.size and times[at + 1] <= grid[i]:
            at += 1
        out[i] = values[at]
    return out
