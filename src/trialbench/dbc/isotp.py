"""Payloads sent by ISO 15765-2 (ISO-TP): in single frames, or a first and consecutive ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from trialbench.dbc.transfers import Packets, Span, Transfers, put_together, transfer_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialbench.dbc.block import Columns
    from trialbench.dbc.model import MessageDef

    Longs = NDArray[np.int64]

_SINGLE, _FIRST, _CONSECUTIVE, _FLOW_CONTROL, _NONE = range(5)
"""What the upper half of the first byte says (ISO 15765-2, 9.6.1), and where it says nothing."""
PATIENCE_NS: Final = 1_000_000_000
"""N_Bs and N_Cr, the longest pauses before a consecutive frame (9.7)."""


class _Frames:
    """Frames read as ISO-TP: of each its kind, size (of a single or first one), head and count."""

    def __init__(
        self, words: NDArray[np.uint64], lengths: NDArray[np.integer[Any]], skip: int
    ) -> None:
        self.data = np.ascontiguousarray(words).view(np.uint8)
        self.lengths = lengths.astype(np.int64)
        self.control = self.data[:, skip].astype(np.int64)
        kind = self.control >> 4
        self.kind = np.where((kind <= _FLOW_CONTROL) & (self.lengths > skip), kind, _NONE)
        self.size = np.zeros(kind.size, np.int64)
        self.head = np.full(kind.size, skip + 1)
        self._read_single(skip)
        self._read_first(skip)
        self.count = np.maximum(self.lengths - self.head, 0)

    def take_length(self) -> None:
        """Let the payload begin with the last byte of its length."""
        opens = self.kind <= _FIRST
        self.head -= opens
        self.count += opens
        self.size += opens

    def _read_single(self, skip: int) -> None:
        at = np.flatnonzero(self.kind == _SINGLE)
        size = self.control[at] & 15
        longer = (size == 0) & (
            self.lengths[at] > 8
        )  # CAN FD: the size stands in a byte of its own
        self.size[at] = np.where(longer, self.data[at, skip + 1], size)
        self.head[at] += longer
        wrong = (self.size[at] == 0) | (self.size[at] > self.lengths[at] - self.head[at])
        self.kind[at[wrong]] = _NONE

    def _read_first(self, skip: int) -> None:
        at = np.flatnonzero(self.kind == _FIRST)
        byte = [self.data[at, skip + k].astype(np.int64) for k in range(1, 6)]
        size = (self.control[at] & 15) << 8 | byte[0]
        longer = size == 0  # more than 4,095 bytes: the size stands in four bytes of its own
        large = byte[1] << 24 | byte[2] << 16 | byte[3] << 8 | byte[4]
        self.size[at] = np.where(longer, large, size)
        self.head[at] += np.where(longer, 5, 1)
        wrong = (self.lengths[at] < 8) | (self.size[at] <= self.lengths[at] - self.head[at])
        self.kind[at[wrong]] = _NONE


def transfers(columns: Columns, message: MessageDef, span: Span) -> tuple[Transfers, int]:
    """The payloads that frames of one message carry, and how many of the frames are no ISO-TP frames.

    In extended addressing a byte of an address stands before the control byte; frames with different
    addresses, or of different senders of one J1939 group, belong to different transfers.
    """
    skip = message.address_bytes
    frames = _Frames(columns.words, columns.lengths, skip)
    if length_comes_first(message):
        frames.take_length()
    of = np.zeros(frames.kind.size, np.int64)
    if message.j1939:
        of |= columns.sources.astype(np.int64) << 8
    if skip:
        of |= frames.data[:, 0]
    order = np.flatnonzero(frames.kind <= _CONSECUTIVE)
    order = order[np.argsort(of[order], kind="stable")]
    of, kind, times = of[order], frames.kind[order], columns.times[order]
    opens = kind != _CONSECUTIVE
    _, place = transfer_of(of, opens)
    in_sequence = (frames.control[order] & 15) == place % 16
    late = np.diff(times, prepend=times[:1]) > PATIENCE_NS
    found = put_together(
        Packets(
            connection=of,
            times=times,
            data=frames.data[order],
            opens=opens,
            size=frames.size[order],
            each=frames.lengths[order] - skip - 1,
            number=np.where(opens, 0, np.where(in_sequence, place, -1)),
            head=frames.head[order],
            carries=frames.count[order],
            stops=late & ~opens,
            aborts=np.zeros(order.size, np.bool_),
        ),
        8 * -(-message.needs // 8),
        span,
    )
    return found, int(np.count_nonzero(frames.kind == _NONE))


def parts(columns: Columns, message: MessageDef) -> NDArray[np.bool_]:
    """Which frames carry no payload of their own; none where most frames are not ISO-TP's at all."""
    kind = columns.words[:, 0] >> np.uint64(8 * message.address_bytes + 4) & np.uint64(15)
    part: NDArray[np.bool_] = kind != _SINGLE
    if not part.any() or (not message.declared_diagnostic and np.mean(kind > _FLOW_CONTROL) > 0.5):
        return np.zeros(kind.size, np.bool_)
    at = np.flatnonzero(part)
    frames = _Frames(columns.words[at], columns.lengths[at], message.address_bytes)
    part[at] = frames.kind != _NONE
    return part


def length_comes_first(message: MessageDef) -> bool:
    """Whether a message describes the length's last byte before the payload, as loggers' DBCs do.

    Those carry the layout of OBD's single frames on to longer ones: nothing is described in byte 0, and
    byte 1, the service, selects a multiplexer, the identifier that was asked for.
    """
    services = [
        signal
        for signal in message.signals
        if signal.multiplexer is None and (signal.first_bit, signal.length) == (8, 8)
    ]
    selectors = {signal.multiplexer for signal in message.signals}
    return all(signal.first_bit >= 8 for signal in message.signals) and any(
        signal.multiplexer == service.name and signal.name in selectors
        for service in services
        for signal in message.signals
    )
