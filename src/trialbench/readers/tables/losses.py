"""Lines that fit their dialect, and by which one still sees that something is gone."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Final

from trialbench.readers.tables.rows import Misfit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trialbench.readers.tables.rows import Frame, Rows

_NEARLY_ALL: Final = 0.9
_FEW: Final = 50
"""One line in so many, or one alone, is an accident; more are the tool's way."""
_SEVERAL: Final = 4
"""So many frames of an identifier show its length."""
_LEAST: Final = 10
"""Letters that a line has at least beside its bytes."""
_SAMPLE: Final = 500
_MERGED: Final = "as long as two lines: one may have lost its end"
_SHORT: Final = "not as many bytes as all other frames of its identifier"


def tell_losses(rows: Rows, *, tells_length: bool) -> None:
    """Move frames that are pieces to the misfits, and add those before which lines are missing."""
    _move(rows, _merged(rows.frames), _MERGED)
    if not tells_length:
        _move(rows, _short(rows.frames), _SHORT)
    _tell_missing(rows)


def _move(rows: Rows, odd: Callable[[Frame], bool], cause: str) -> None:
    """Move the `odd` frames, where they are few, to the misfits."""
    found = [at for at, frame in enumerate(rows.frames) if odd(frame)]
    if not 0 < len(found) <= max(1, len(rows.frames) // _FEW):
        return
    gone = frozenset(found)

    def left(after: int) -> int:
        return after - bisect_left(found, after)

    rows.misfits = [miss._replace(after=left(miss.after)) for miss in rows.misfits]
    rows.misfits += [Misfit(rows.frames[at].line, cause, left(at)) for at in found]
    rows.frames = [frame for at, frame in enumerate(rows.frames) if at not in gone]


def _merged(frames: Sequence[Frame]) -> Callable[[Frame], bool]:
    """Whether a frame's line, but for its bytes, is as long as two: patterns leave room for remarks."""
    usual = median(frame.beside for frame in frames[:_SAMPLE]) if frames else 0
    return lambda frame: frame.beside > 1.6 * max(usual, _LEAST)


def _short(frames: Sequence[Frame]) -> Callable[[Frame], bool]:
    """Whether all other frames of a frame's identifier, and several, have one other length."""
    lengths: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for frame in frames:
        lengths[frame.ident][len(frame.payload)] += 1

    def odd(frame: Frame) -> bool:
        (usual, count), *others = lengths[frame.ident].most_common()
        return (
            len(frame.payload) != usual and count >= _SEVERAL and others[0][1] == len(others) == 1
        )

    return odd


def _tell_missing(rows: Rows) -> None:
    """Add to the misfits where lines that count by one skip some, with nothing left there to see."""
    numbers = [int(frame.number) if frame.number else -1 for frame in rows.frames]
    steps = [after - before for before, after in pairwise(numbers)]
    if -1 in numbers or not steps or steps.count(1) < _NEARLY_ALL * len(steps):
        return
    seen = {misfit.after for misfit in rows.misfits}
    for at, step in enumerate(steps, start=1):
        if step != 1 and at not in seen:
            cause = f"the count of lines goes from {numbers[at - 1]} to {numbers[at]}"
            rows.misfits.append(Misfit(rows.frames[at].line, cause, at))
