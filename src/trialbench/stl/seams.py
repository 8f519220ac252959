"""The loops of a seam: cells cut in parts where something becomes known or unknown."""

from collections.abc import Sequence

import numpy as np

from trialbench._jit import kernel
from trialbench.stl.kernels import Floats, Times

_plain = np.ascontiguousarray


def spread(
    values: Floats, cell: int, parts: int, size: int, known: Sequence[int]
) -> tuple[Floats, Floats]:
    """The bounds of `size` parts of cells, the first of them of cell `cell`.

    `known` are the places that the parts with a value begin at and end before, in turn. The last
    value lasts beyond its cell.
    """
    bounds = np.empty((2, size))
    _spread(values, cell, parts, np.array(known, np.int64), bounds)
    return bounds[0], bounds[1]


@kernel
def _spread(values: Floats, cell: int, parts: int, known: Times, bounds: Floats) -> None:
    bounds[0] = -np.inf
    bounds[1] = np.inf
    for i in range(0, known.size, 2):
        at, part = cell + known[i] // parts, known[i] % parts
        for place in range(known[i], known[i + 1]):
            bounds[0, place] = bounds[1, place] = values[min(at, values.size - 1)]
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
