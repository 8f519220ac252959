"""Transfers: payloads that were sent in several frames, put together again.

What opens a transfer and which number a later packet has is the business of each protocol (`isotp`,
`j1939`); what makes a transfer whole, and what is said of one that is not, stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from trialbench.damage import Damage
from trialbench.dbc.block import Columns, frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Longs = NDArray[np.int64]
    Flags = NDArray[np.bool_]

_MOST_LOSSES: Final = 100
"""How many lost transfers of a message are told one by one; the rest is told as one."""
_MOST_BYTES: Final = 1 << 31


class Packets(NamedTuple):
    """Frames as packets of transfers, sorted by connection and, within one, by time.

    All are of length n. A packet that `opens` a transfer announces its `size` in bytes, and how many
    `each` later packet carries. `number` is a later packet's, from 1; 0 where a packet carries
    nothing, -1 where it is out of sequence. The payload are the bytes that it `carries` in `data`
    (n, b) from `head` on. With a packet that `stops` the transfer is over, because a party `aborts`
    it or because it came too late.
    """

    connection: Longs
    times: Longs
    data: NDArray[np.uint8]
    opens: Flags
    size: Longs
    each: Longs
    number: Longs
    head: Longs
    carries: Longs
    stops: Flags
    aborts: Flags


class Span(NamedTuple):
    """The recording's first and last instant, and how long a transfer may pause."""

    from_ns: int
    to_ns: int
    patience_ns: int


@dataclass(frozen=True, slots=True)
class Transfers:
    """Whole payloads in the order of their last packets, whose times they have.

    `openers` are the packets that began them. `losses` are transfers of which packets are missing:
    from when to when, and how many; `aborted` counts those that a party gave up, `cut_off` those
    that the recording's beginning or end cuts. Of these no sample was lost.
    """

    columns: Columns
    openers: Longs
    losses: tuple[tuple[int, int, str], ...] = ()
    aborted: int = 0
    cut_off: int = 0

    def damages(self, where: str) -> list[Damage]:
        """The losses as damage of the recording: a sample was to come of each."""
        told = [Damage(where, cause, *span) for *span, cause in self.losses[:_MOST_LOSSES]]
        if rest := self.losses[_MOST_LOSSES:]:
            until = max(to_ns for _, to_ns, _ in rest)
            told.append(Damage(where, f"{len(rest)} more transfers are lost", rest[0][0], until))
        return told

    def notes(self, message: str) -> list[str]:
        """What else is to be said, a sentence each."""
        notes = []
        if self.aborted:
            notes.append(f"{message}: {self.aborted} transfers were aborted by a party")
        if self.cut_off:
            notes.append(f"{message}: the recording begins or ends within {self.cut_off} transfers")
        return notes


def transfer_of(connection: Longs, opens: Flags) -> tuple[Longs, Longs]:
    """For each packet the number of its transfer (-1: it has none), and its place in that."""
    rows = np.arange(opens.size)
    opener = np.maximum.accumulate(np.where(opens, rows, -1))
    begun = opener >= 0
    begun[begun] = connection[opener[begun]] == connection[begun]
    return np.where(begun, np.cumsum(opens) - 1, -1), rows - opener


def put_together(packets: Packets, width: int, span: Span) -> Transfers:
    """The transfers that are whole, and the first `width` bytes (a multiple of 8) of each."""
    found = _Found(packets)
    done = np.flatnonzero(found.whole)
    done = done[np.argsort(packets.times[found.last[done]], kind="stable")]
    size = packets.size[found.openers[done]]
    width = min(width, 8 * -(-int(size.max(initial=1)) // 8))
    width = max(8, min(width, _MOST_BYTES // max(1, done.size) // 8 * 8))
    columns = Columns(
        frozen(packets.times[found.last[done]]),
        frozen(_payloads(packets, found, done, width).view(np.uint64)),
        frozen(np.minimum(size, width)),
        np.empty(0, np.uint8),
    )
    unfinished, cut_by_end = _unfinished(packets, found, span)
    headless, cut_by_beginning = _headless(packets, found, span)
    return Transfers(
        columns,
        found.openers[done],
        tuple(sorted(unfinished + headless)),
        int(np.count_nonzero(found.aborted)),
        cut_by_end + cut_by_beginning,
    )


class _Found:
    """The transfers in packets: of each its opener, how many later packets it needs and has.

    `of` is each packet's transfer, `chosen` the later packets that count: in sequence, before what
    stops the transfer, and of one that was sent again the first.
    """

    def __init__(self, packets: Packets) -> None:
        n = packets.times.size
        self.of, _ = transfer_of(packets.connection, packets.opens)
        self.openers = np.flatnonzero(packets.opens)
        size = packets.size[self.openers]
        self.first = np.minimum(packets.carries[self.openers], size)
        self.each = np.maximum(packets.each[self.openers], 1)
        self.needs = -(-(size - self.first) // self.each)
        stopping = np.flatnonzero(packets.stops & (self.of >= 0))
        stop = np.full(self.openers.size, n)
        np.minimum.at(stop, self.of[stopping], stopping)
        inside = np.flatnonzero((self.of >= 0) & (packets.number >= 1))
        of = self.of[inside]
        before = self.first[of] + (packets.number[inside] - 1) * self.each[of]
        full = packets.carries[inside] >= np.minimum(self.each[of], size[of] - before)
        inside = inside[full & (packets.number[inside] <= self.needs[of]) & (inside < stop[of])]
        key = self.of[inside] << 32 | packets.number[inside]
        if np.any(key[1:] <= key[:-1]):  # seldom: sent again, or in another order
            inside = inside[np.unique(key, return_index=True)[1]]
        self.chosen = inside
        self.has = np.bincount(self.of[self.chosen], minlength=self.openers.size)
        self.whole = self.has == self.needs
        self.last = self.openers.copy()
        np.maximum.at(self.last, self.of[self.chosen], self.chosen)
        self.aborted = ~self.whole & (stop < n)
        self.aborted[self.aborted] = packets.aborts[stop[self.aborted]]


def _payloads(packets: Packets, found: _Found, done: Longs, width: int) -> NDArray[np.uint8]:
    place = np.full(found.openers.size, -1)
    place[done] = np.arange(done.size)
    used = np.concatenate([found.openers, found.chosen])
    used = used[place[found.of[used]] >= 0]
    of = found.of[used]
    later = found.first[of] + (packets.number[used] - 1) * found.each[of]
    offset = np.where(packets.opens[used], 0, later)
    end = np.minimum(packets.size[found.openers[of]], width)
    out = np.zeros((done.size, width), np.uint8)
    for byte in range(int(packets.carries[used].max(initial=0))):
        here = np.flatnonzero((byte < packets.carries[used]) & (offset + byte < end))
        data = packets.data[used[here], packets.head[used[here]] + byte]
        out[place[of[here]], offset[here] + byte] = data
    return out


def _unfinished(
    packets: Packets, found: _Found, span: Span
) -> tuple[list[tuple[int, int, str]], int]:
    """Transfers that began and lack packets, and how many of them the recording's end cuts off."""
    losses, cut_off = [], 0
    for at in np.flatnonzero(~found.whole & ~found.aborted).tolist():
        opener, last = int(found.openers[at]), int(found.last[at])
        until = int(packets.times[last]) + span.patience_ns
        goes_on = last + 1 < packets.times.size and (
            packets.connection[last + 1] == packets.connection[opener]
        )
        if not goes_on and until > span.to_ns:
            cut_off += 1
            continue
        cause = f"a transfer lacks {found.needs[at] - found.has[at]} of its packets"
        losses.append((int(packets.times[opener]), min(until, span.to_ns), cause))
    return losses, cut_off


def _headless(
    packets: Packets, found: _Found, span: Span
) -> tuple[list[tuple[int, int, str]], int]:
    """Packets whose transfer's beginning is missing; and how often the recording's beginning is why."""
    owner = np.maximum(found.of, 0)
    rows = np.arange(packets.times.size)
    stray = (packets.number != 0) & ~packets.opens
    if found.openers.size:
        known = (packets.number >= 1) & (packets.number <= found.needs[owner])
        within = ~found.whole[owner] | (rows <= found.last[owner]) | known
        stray &= (found.of < 0) | ~within
    losses, cut_off = [], 0
    strays = np.flatnonzero(stray)
    for run in np.split(strays, np.flatnonzero(np.diff(strays) != 1) + 1) if strays.size else ():
        first, last = int(run[0]), int(run[-1])
        start, stop = int(packets.times[first]), int(packets.times[last])
        if found.of[first] < 0 and start - span.patience_ns <= span.from_ns:
            cut_off += 1
        else:
            losses.append(
                (start - span.patience_ns, stop, "a transfer whose first packet is missing")
            )
    return losses, cut_off
