"""The loops of `until`, as `kernels`: to the end of all, and inside a window that slides."""

from __future__ import annotations

from typing import Final

import numpy as np

from trialbench._jit import kernel
from trialbench.stl.kernels import Bounds, Floats, slide_cells
from trialbench.stl.memory import room

FEW = 4  # cells: in narrower windows blocks cost more than they save

Levels = tuple[float, float, float, float]
"""Left sign and offset, right sign and offset: a side is worth `sign * (values - offset)`."""
PLAIN: Final = (1.0, 0.0, 1.0, 0.0)

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


def until_cells(left: Bounds, right: Bounds, near: int, far: int, levels: Levels = PLAIN) -> Bounds:
    """The bounds of `left until right` at each cell, with right from `near` cells ahead to `far`.

    It is the lesser of two: left always up to `near`, and from there on the until that begins at once.
    The sides are brought to their level first: so a comparison with a number needs no pass of its own.
    """
    (left_lo, left_hi), (right_lo, right_hi) = left, right
    known = left_hi is left_lo and right_hi is right_lo
    size = left_lo.size - far
    out = np.empty((1 if known else 2, size))
    bounds = _plain(left_lo), _plain(left_hi), _plain(right_lo), _plain(right_hi)
    _until_bounds(*bounds, levels, near, far, out)
    if near:
        sign, offset, _, _ = levels
        for row, values in zip(out, left, strict=False):
            lasting = slide_cells(values[: near + size], near + 1, highest=sign < 0)
            np.minimum(row, sign * (lasting - offset), out=row)
    lo = out[0]
    return lo, lo if known else out[1]


@kernel
def _until_bounds(
    left: Floats,
    left_hi: Floats,
    right: Floats,
    right_hi: Floats,
    levels: Levels,
    near: int,
    far: int,
    out: Floats,
) -> None:
    left_sign, left_offset, right_sign, right_offset = levels
    for row in out:
        lefts = left_sign * (left[near:] - left_offset)
        rights = right_sign * (right[near:] - right_offset)
        width = far - near + 1
        if width < FEW:
            _until_few(lefts, rights, width, row)
        else:
            _until_cells(lefts, rights, row, np.empty((2, width, 4)))
        left, right = left_hi, right_hi


@kernel
def _until_few(left: Floats, right: Floats, width: int, out: Floats) -> None:
    """Every window by itself."""
    for i in range(out.size):
        until = -np.inf
        for j in range(i + width - 1, i - 1, -1):
            until = _until(left[j], right[j], until)
        out[i] = until


@kernel
def _until_cells(left: Floats, right: Floats, out: Floats, rests: Floats) -> None:
    """As `kernels._slide_cells`: a window is the rest of a block and the beginning of the next.

    Of the rest it takes the until and the least of left, of the beginning only the until. Beginnings
    of two blocks and rests of the next two are scanned at once: four chains in the time of one. The
    indices are unsigned, else each would first be looked at for being negative.
    """
    n, size, width = out.size, left.size, rests.shape[1]
    known, new = rests[0], rests[1]
    _rest(left[:width], right[:width], known, 0)
    _rest(left[width : 2 * width], right[width : 2 * width], known, 2)
    block = 0
    while block + 4 * width <= size:
        first, second, third = block + width, block + 2 * width, block + 3 * width
        l1, l2, l3 = left[first:second], left[second:third], left[third : third + width]
        r1, r2, r3 = right[first:second], right[second:third], right[third : third + width]
        o1, o2 = out[block:first], out[first:second]
        a = b = c = d = -np.inf
        v = w = x = y = np.inf
        for j in range(np.uint64(width)):
            k = np.uint64(width) - np.uint64(1) - j
            o1[j] = _joined(known[j, 0], known[j, 1], a)
            o2[j] = _joined(known[j, 2], known[j, 3], b)
            a, v = _further(l1[j], r1[j], a, v)
            b, w = _further(l2[j], r2[j], b, w)
            c, x = _until(l2[k], r2[k], c), _lesser(l2[k], x)
            d, y = _until(l3[k], r3[k], d), _lesser(l3[k], y)
            new[k, 0], new[k, 1], new[k, 2], new[k, 3] = c, x, d, y
        known, new = new, known
        block = second
    while block < n:
        first, second, third = block + width, block + 2 * width, block + 3 * width
        _beginning(left[first:], right[first:], known, 0, out[block:first])
        _beginning(left[second:], right[second:], known, 2, out[first:second])
        if second < n:
            _rest(left[second:third], right[second:third], known, 0)
            _rest(left[third : third + width], right[third : third + width], known, 2)
        block = second


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
def _joined(rest: float, least: float, beginning: float) -> float:
    onward = beginning if beginning < least else least
    return rest if rest > onward else onward


@kernel
def _rest(left: Floats, right: Floats, rests: Floats, at: int) -> None:
    """The until from each cell to the last, and the least of left on the way, in two columns."""
    until, least = -np.inf, np.inf
    for j in range(left.size - 1, -1, -1):
        until, least = _until(left[j], right[j], until), _lesser(left[j], least)
        rests[j, at], rests[j, at + 1] = until, least


@kernel
def _beginning(left: Floats, right: Floats, rests: Floats, at: int, out: Floats) -> None:
    """The windows of the rests, each with as many cells of the next block as it is short of."""
    until, least = -np.inf, np.inf
    for j in range(out.size):
        if j:
            until, least = _further(left[j - 1], right[j - 1], until, least)
        out[j] = _joined(rests[j, at], rests[j, at + 1], until)
