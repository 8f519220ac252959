"""What frames carry of their messages: a payload in each, or one in several, put together again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from trialbench.dbc import isotp, j1939
from trialbench.dbc.block import Columns
from trialbench.dbc.transfers import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from trialbench.damage import Damage
    from trialbench.dbc.model import MessageDef
    from trialbench.dbc.tables import Groups, Table
    from trialbench.dbc.transfers import Transfers
    from trialbench.frames import Frames

_CLASSIC: Final = 8
_FD: Final = 64
_NMEA_2000: Final = range(0x1ED00, 0x20000)


class Carried:
    """The payloads of each message, and what is to be said of them.

    `transported` are the frames of J1939's transport protocols that carried a described message.
    """

    def __init__(self, groups: Groups) -> None:
        self.groups = groups
        self.errors: list[Damage] = []
        self.notes: list[str] = []
        self.transported = np.empty(0, np.int64)

    def note_transfers(self, transfers: Transfers, where: str, how: str) -> None:
        """Say what was put together, and what of it is missing."""
        if whole := len(transfers.columns.times):
            self.notes.append(f"{where}: {whole} payloads put together from several frames ({how})")
        self.errors += transfers.damages(where)
        self.notes += transfers.notes(where)


def carried(frames: Frames, groups: Groups, table_on: Sequence[Table | None]) -> Carried:
    """What the frames of `groups`, and J1939's transport protocols, carry; a table for each bus."""
    found = Carried(groups)
    if not len(frames):
        return found
    span = Span(int(frames.times_ns[0]), int(frames.times_ns[-1]), isotp.PATIENCE_NS)
    for bus, slot in list(groups):
        table = table_on[bus]
        if table is not None:
            _put_together(found, bus, slot, table.messages[slot], span)
    if any(table is not None and table.j1939 for table in table_on):
        rows = j1939.transported(frames)
        for bus in np.unique(frames.bus[rows]).tolist():
            table = table_on[bus]
            if table is not None and table.j1939:
                _add_transported(found, frames, rows[frames.bus[rows] == bus], bus, table)
    return found


def _put_together(found: Carried, bus: int, slot: int, message: MessageDef, span: Span) -> None:
    """Put the frames of a message together where it is longer than they are, or leave parts out."""
    columns = found.groups[bus, slot]
    longest = int(columns.lengths.max())
    where = f"{message.name} on bus {bus}"
    room = _FD if message.fd or longest > _CLASSIC else _CLASSIC
    if message.diagnostic:
        room = max(longest, _CLASSIC)
    if message.j1939 and not message.diagnostic:
        if message.length > room and message.group in _NMEA_2000:
            del found.groups[bus, slot]
            found.notes.append(
                f"{where}: {len(columns.times)} frames of NMEA 2000's fast packets are left out:"
                f" they are not put together"
            )
    elif message.length > room and message.signals:
        _put_together_isotp(found, (bus, slot), message, where, span)
    elif message.diagnostic:
        _leave_parts_out(found, (bus, slot), message, where)


def _put_together_isotp(
    found: Carried, place: tuple[int, int], message: MessageDef, where: str, span: Span
) -> None:
    columns = found.groups.pop(place)
    transfers, strange = isotp.transfers(columns, message, span)
    whole, sent = len(transfers.columns.times), len(columns.times)
    is_isotp = 2 * strange < sent and (whole > 0 or message.diagnostic)
    if is_isotp or message.declared_diagnostic:
        found.groups[place] = transfers.columns
        found.note_transfers(transfers, where, "ISO-TP")
        if strange:
            found.notes.append(
                f"{where}: {strange} frames are passed over: they are no ISO-TP frames"
            )
    else:
        found.notes.append(
            f"{where}: {sent} frames are left out: they are shorter than the message's"
            f" {message.length} bytes, and it cannot be put together from them (ISO-TP)"
        )


def _leave_parts_out(
    found: Carried, place: tuple[int, int], message: MessageDef, where: str
) -> None:
    """Keep the frames that carry a whole payload."""
    columns = found.groups[place]
    part = isotp.parts(columns, message)
    if part.any():
        found.groups[place] = columns.taken(~part)
        found.notes.append(
            f"{where}: {np.count_nonzero(part)} frames are left out: parts of ISO-TP messages longer"
            f" than its {message.length} bytes"
        )


def _add_transported(
    found: Carried, frames: Frames, rows: NDArray[np.int64], bus: int, table: Table
) -> None:
    """Add to each J1939 message what came by the transport protocols."""

    def width(group: int) -> int | None:
        slot = table.of_group(group)
        if slot is None:
            return None
        described = (m.needs for m in table.messages if m.j1939 and m.group == group)
        return 8 * -(-max(described) // 8)

    for sent in j1939.sent(frames, rows, width):
        slot = table.of_group(sent.group)
        where = f"{'J1939 transport' if slot is None else table.messages[slot].name} on bus {bus}"
        found.note_transfers(sent.transfers, where, "J1939 transport")
        if slot is None:
            continue
        found.transported = np.append(found.transported, sent.frames)
        columns = sent.transfers.columns._replace(sources=sent.sources)
        slots = [table.of_group(sent.group, sender) for sender in sent.sources.tolist()]
        for each in set(slots):
            if each is not None:
                part = columns.taken(np.array([other == each for other in slots]))
                found.groups[bus, each] = _merged(found.groups.get((bus, each)), part)


def _merged(first: Columns | None, second: Columns) -> Columns:
    """The payloads of both in order of time."""
    if first is None:
        return second
    width = max(first.words.shape[1], second.words.shape[1])
    words = [
        np.pad(part.words, ((0, 0), (0, width - part.words.shape[1]))) for part in (first, second)
    ]
    joined = Columns(
        np.concatenate([first.times, second.times]),
        np.concatenate(words),
        np.concatenate([first.lengths.astype(np.int64), second.lengths]),
        np.concatenate([first.sources, second.sources]),
    )
    return joined.taken(np.argsort(joined.times, kind="stable"))
