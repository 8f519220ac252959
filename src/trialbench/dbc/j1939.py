"""J1939's transport protocol: parameter groups of more than 8 bytes, in packets of 7.

SAE J1939-21, 5.10: an announcement (BAM) or a request and clearances to send (RTS, CTS), then the
packets; up to 1,785 bytes so, up to 117 million by the extended one (ETP), whose numbers count from
an offset.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from trialbench.dbc.kernels import transport_frames
from trialbench.dbc.model import PGN_OF_PDU1, PGN_OF_PDU2
from trialbench.dbc.transfers import Packets, Span, Transfers, put_together, transfer_of
from trialbench.frames import ERROR, EXTENDED, REMOTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from trialbench.frames import Frames

    Longs = NDArray[np.int64]

_MANAGEMENT, _DATA = 0xEC, 0xEB
_LARGE_MANAGEMENT, _LARGE_DATA = 0xC8, 0xC7
_REQUEST, _ANNOUNCE, _ABORT = 16, 32, 255
_LARGE_REQUEST, _OFFSET = 20, 22
_ANSWERS: Final = (17, 19, 21, 23)
"""Clearances to send and ends of message, of both protocols: signs of life."""
_PATIENCE_NS: Final = 1_250_000_000
"""T2 and T3; the other times to wait are shorter."""
_NEXT_NS: Final = 750_000_000
"""T1: between packets that follow one another without a clearance."""


class Sent(NamedTuple):
    """The transfers of one parameter group on a bus, the senders of the whole ones, all its frames.

    A `group` of -1 stands for packets whose beginning, and so whose group, is not known.
    """

    group: int
    transfers: Transfers
    sources: NDArray[np.uint8]
    frames: Longs


class _Events:
    """The frames of the transport protocols on a bus, sorted by connection and then by time.

    A connection is from a sender to a receiver. What the receiver answers (an abort, a clearance)
    is an event of the connection that it answers, and an abort is one of its own sender's, too.
    """

    def __init__(self, frames: Frames, rows: Longs) -> None:
        ids = frames.ids[rows].astype(np.int64)
        page, source, target = ids >> 16 & 0x3FF, ids & 0xFF, ids >> 8 & 0xFF
        short = frames.lengths[rows] < 8  # fit for data only
        control = np.where((page == _DATA) | (page == _LARGE_DATA) | short, 0, frames.data[rows, 0])
        large = ((page == _LARGE_MANAGEMENT) | (page == _LARGE_DATA)).astype(np.int64) << 16
        answer = np.isin(control, _ANSWERS)
        there = np.flatnonzero(~answer)
        back = np.flatnonzero(answer | (control == _ABORT))
        at = np.concatenate([there, back])
        connection = np.concatenate(
            [(large | source << 8 | target)[there], (large | target << 8 | source)[back]]
        )
        order = np.lexsort((at, connection))
        at = at[order]
        self.connection = connection[order]
        self.frame = rows[at]
        self.times = frames.times_ns[self.frame]
        self.lengths = frames.lengths[self.frame].astype(np.int64)
        self.data = np.ascontiguousarray(frames.data[self.frame, :8])
        self.control = control[at]
        self.is_data = (page == _DATA)[at] | (page == _LARGE_DATA)[at]
        self.group = _group(self._number(5, 3))
        self.size = np.where(large[at] > 0, self._number(1, 4), self._number(1, 2))
        self.opens = self._opening(large[at] > 0, target[at] == 0xFF)
        self.of, _ = transfer_of(self.connection, self.opens)

    def _number(self, first: int, count: int) -> Longs:
        """The little-endian number in `count` bytes from `first` on."""
        return sum(
            (self.data[:, first + k].astype(np.int64) << 8 * k for k in range(count)),
            np.zeros(len(self.data), np.int64),
        )

    def _opening(self, large: NDArray[np.bool_], to_all: NDArray[np.bool_]) -> NDArray[np.bool_]:
        packets = -(-self.size // 7)
        small = np.where(to_all, self.control == _ANNOUNCE, self.control == _REQUEST)
        small &= (self.data[:, 3] == packets) & (self.size > 0)
        opens: NDArray[np.bool_] = np.where(
            large, (self.control == _LARGE_REQUEST) & (self.size > 0), small
        )
        return opens

    def packets(self) -> Packets:
        """The events as packets of transfers."""
        opener = np.maximum.accumulate(np.where(self.opens, np.arange(self.opens.size), 0))
        aborts = (self.control == _ABORT) & (self.group == self.group[opener])
        follows = self.is_data & (
            np.roll(self.is_data, 1) | (np.roll(self.control, 1) == _ANNOUNCE)
        )
        patience = np.where(follows, _NEXT_NS, _PATIENCE_NS)
        late = (np.diff(self.times, prepend=self.times[:1]) > patience) & ~self.opens
        number = self.data[:, 0] + self._offsets()
        return Packets(
            connection=self.connection,
            times=self.times,
            data=self.data,
            opens=self.opens,
            size=self.size,
            each=np.full(self.size.size, 7),
            number=np.where(self.is_data, np.where(self.data[:, 0] > 0, number, -1), 0),
            head=np.ones(self.size.size, np.int64),
            carries=np.where(self.is_data, np.maximum(self.lengths - 1, 0), 0),
            stops=aborts | late,
            aborts=aborts,
        )

    def _offsets(self) -> Longs:
        """What a transfer's last packet offset (of the extended protocol) adds to the numbers."""
        sets = self.opens | (self.control == _OFFSET)
        last = np.maximum.accumulate(np.where(sets, np.arange(sets.size), 0))
        return np.where(self.opens[last] | (self.of < 0), 0, self._number(2, 3)[last])


def transported(frames: Frames) -> Longs:
    """The frames of the transport protocols, by their numbers."""
    room = np.empty(len(frames), np.int64)
    rows: Longs = room[: transport_frames(frames.ids, room)]
    kind = frames.flags[rows] & (EXTENDED | REMOTE | ERROR)
    found: Longs = rows[(kind == EXTENDED) & (frames.lengths[rows] > 1)]
    return found


def sent(frames: Frames, rows: Longs, wanted: Callable[[int], int | None]) -> Iterator[Sent]:
    """What was transferred of the groups for which `wanted` says how many bytes to take.

    `rows` are the frames of the transport protocols on one bus. Packets without a beginning are told
    where their connection carries such a group at all.
    """
    events = _Events(frames, rows)
    packets = events.packets()
    span = Span(int(frames.times_ns[0]), int(frames.times_ns[-1]), _PATIENCE_NS)
    openers = np.flatnonzero(events.opens)
    groups = np.append(events.group[openers], -1)[events.of]  # the last stands for none
    known: list[Longs] = []
    for group in np.unique(groups[groups >= 0]).tolist():
        width = wanted(group)
        if width is None:
            continue
        here = np.flatnonzero(groups == group)
        known.append(events.connection[here])
        yield _of_group(group, packets, here, width, span, events)
    if known:
        lost = (groups < 0) & np.isin(events.connection, np.concatenate(known))
        yield _of_group(-1, packets, np.flatnonzero(lost), 8, span, events)


def _of_group(
    group: int, packets: Packets, here: Longs, width: int, span: Span, events: _Events
) -> Sent:
    transfers = put_together(Packets._make(column[here] for column in packets), width, span)
    source = events.connection[here[transfers.openers]] >> 8 & 0xFF
    return Sent(group, transfers, source.astype(np.uint8), np.unique(events.frame[here]))


def _group(number: Longs) -> Longs:
    """Parameter group numbers without what is a destination below PDU format 240."""
    number = number & PGN_OF_PDU2
    return np.where(number >> 8 & 0xFF < 240, number & PGN_OF_PDU1, number)
