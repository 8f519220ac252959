"""The loops of `until`, as `kernels`: to the end of all, and inside a window that slides."""

import numpy as np

from trialbench._jit import kernel
from trialbench.stl.kernels import Floats, slide_cells
from trialbench.stl.memory import room

FEW = 6  # cells: in narrower windows blocks cost more than they save

_plain = np.ascontiguousarray


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
    """`left until right` at each cell, with right from `near` cells ahead to `far`.

    It is the lesser of two: left always up to `near`, and from there on the until that begins at once.
    """
    size, width = left.size - far, far - near + 1
    out = room(size, np.float64)
    if width < FEW:
        _until_few(left[near:], right[near:], width, out)
    else:
        _until_cells(left[near:], right[near:], out, np.empty((8, width + 1)))
    if near:
        np.minimum(out, slide_cells(left[: near + size], near + 1, highest=False), out=out)
    return out


@kernel
def _until_few(left: Floats, right: Floats, width: int, out: Floats) -> None:
    """Every window by itself."""
    for i in range(out.size):
        until = -np.inf
        for j in range(i + width - 1, i - 1, -1):
            until = _until(left[j], right[j], until)
        out[i] = until


@kernel
def _until_cells(left: Floats, right: Floats, out: Floats, scratch: Floats) -> None:
    """`kernels.slide_cells` for an until: a window is the rest of a block and the beginning of the next.

    Of the rest it takes the until and the least of left, of the beginning only the until. Again two
    blocks are scanned at once both ways.
    """
    n, size, width = out.size, left.size, scratch.shape[1] - 1
    here, middle, there = scratch[0], scratch[1], scratch[2]
    least_here, least_middle, least_there = scratch[3], scratch[4], scratch[5]
    near, far = scratch[6], scratch[7]
    near[0] = far[0] = -np.inf
    _rest(left[:width], right[:width], here, least_here)
    block = 0
    while block + 3 * width <= size:
        first, second, third = block + width, block + 2 * width, block + 3 * width
        l1, r1 = left[first:second], right[first:second]
        l2, r2 = left[second:third], right[second:third]
        a = b = c = d = -np.inf
        v = w = x = y = np.inf
        for j in range(width):
            k = width - 1 - j
            a, v = _further(l1[j], r1[j], a, v)
            near[j + 1] = a
            b, w = _until(l1[k], r1[k], b), _lesser(l1[k], w)
            middle[k], least_middle[k] = b, w
            c, x = _further(l2[j], r2[j], c, x)
            far[j + 1] = c
            d, y = _until(l2[k], r2[k], d), _lesser(l2[k], y)
            there[k], least_there[k] = d, y
        _joined(here, least_here, near, out[block:first])
        _joined(middle, least_middle, far, out[first:second])
        here, there = there, here
        least_here, least_there = least_there, least_here
        block = second
    while block < n:
        first, second = block + width, block + 2 * width
        l1, r1 = left[first:second], right[first:second]
        a, v = -np.inf, np.inf
        for j in range(l1.size):
            a, v = _further(l1[j], r1[j], a, v)
            near[j + 1] = a
        _joined(here, least_here, near, out[block:first])
        _rest(l1, r1, here, least_here)
        block = first


@kernel
def _lesser(a: float, b: float) -> float:
    return a if a < b else b


@kernel
def _further(left: float, right: float, before: float, least: float) -> tuple[float, float]:
    """The until up to here from what it was before, and the least of left."""
    least = left if left < least else least
    here = right if right < least else least
    return (here if here > before else before), least


@kernel
def _rest(left: Floats, right: Floats, out: Floats, least_out: Floats) -> None:
    """The until from each cell to the last, and the least of left on the way."""
    until, least = -np.inf, np.inf
    for j in range(left.size - 1, -1, -1):
        until, least = _until(left[j], right[j], until), _lesser(left[j], least)
        out[j], least_out[j] = until, least


@kernel
def _joined(rest: Floats, least: Floats, beginning: Floats, out: Floats) -> None:
    for j in range(out.size):
        onward = beginning[j] if beginning[j] < least[j] else least[j]
        out[j] = rest[j] if rest[j] > onward else onward
