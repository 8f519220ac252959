"""Where in time the records of a file lie, and so what of the time is lost with a part of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from trialbench.damage import Damage
from trialbench.readers.mf4.stream import Lost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from trialbench.readers.mf4.values import Records

_MARGIN: Final = 16
"""So many records before the first that makes no sense are not believed either."""


@dataclass(slots=True, eq=False)
class Part:
    """The records of one group and the instant of each (NO_TIME: of none that fits)."""

    name: str
    records: Records
    times_ns: NDArray[np.int64]

    def keep(self, which: NDArray[np.bool_]) -> None:
        """Keep only those of the records."""
        self.records = self.records._replace(starts=self.records.starts[which])
        self.times_ns = self.times_ns[which]


def settle(lost: Lost, parts: Sequence[Part]) -> Lost | None:
    """Leave out of `parts` what is wrong before `lost` begins; None where nothing is.

    Behind a place where bytes are wrong, missing or too many, records are read from the wrong bytes,
    and their times run backwards at once.
    """
    if lost.doubt < 0:
        return lost
    end = np.inf if lost.end is None else lost.end
    wrong = min((_first_wrong(part, lost.doubt, end) for part in parts), default=np.inf)
    if wrong == np.inf:
        return lost if lost.is_hole or lost.unsure else None
    for part in parts:
        starts = part.records.starts
        part.keep((starts < wrong) | (starts >= end))
    return lost._replace(begin=min(int(wrong), lost.begin))


def _first_wrong(part: Part, begin: int, end: float) -> float:
    """Where, between two bytes of the stream, records begin to be wrong; infinity where none do."""
    starts, times = part.records.starts, part.times_ns
    first, last = np.searchsorted(starts, [begin, end])
    back = np.flatnonzero(times[first + 1 : last] < times[first : max(last - 1, first)])
    if not back.size:
        return np.inf
    return float(starts[max(int(back[0]) + first + 1 - _MARGIN, first)])


def blanks(part: Part, start_ns: int) -> list[Lost]:
    """Leave out records of nothing but zeros, of which the first may be one, and their neighbours.

    A block that was zeroed hides behind the time 0; it seldom begins and ends between two records.
    """
    starts, group = part.records.starts, part.records.group
    zero = np.flatnonzero(part.times_ns == start_ns)
    bytes_of = starts[zero, None] + np.arange(group.size)
    zero = zero[~part.records.data[bytes_of].any(axis=1)]
    zero = zero[zero > np.arange(zero.size)]  # those with which the file begins are its own
    if not zero.size:
        return []
    near = np.unique(np.concatenate([zero - 1, zero, zero + 1]))
    near = near[(near >= 0) & (near < starts.size)]
    keep = np.ones(starts.size, np.bool_)
    keep[near] = False
    lost = []
    for run in np.split(near, np.flatnonzero(np.diff(near) > 1) + 1):
        first, last = int(starts[run[0]]), int(starts[run[-1]])
        end = None if run[-1] == starts.size - 1 else last + group.size
        lost.append(Lost(first, end, f"{part.name}, record {run[0] + 1}", "records of zeros alone"))
    part.keep(keep)
    return lost


def placed(lost: Lost, parts: Sequence[Part]) -> Damage:
    """What a stream lost, between the last record before it and the first after it."""
    before: list[int] = []
    after: list[int] = []
    for part in parts:
        starts, times = part.records.starts, part.times_ns
        at = int(np.searchsorted(starts, lost.doubt if lost.unsure else lost.begin))
        before += [int(times[at - 1])] if at else []
        if lost.end is not None:
            at = int(np.searchsorted(starts, lost.end))
            after += [int(times[at])] if at < times.size else []
    begin, end = max(before, default=None), min(after, default=None)
    if begin is not None and end is not None and end < begin:
        begin, end = end, begin
    return Damage(lost.where, lost.cause, begin, end)
