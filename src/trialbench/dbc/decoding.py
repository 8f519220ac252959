"""Signals by name, out of frames, as DBC databases describe them."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from trialbench.dbc.block import Block
from trialbench.dbc.carried import Carried, carried
from trialbench.dbc.tables import arranged, tables_of
from trialbench.errors import DbcError
from trialbench.signal import Signal

if TYPE_CHECKING:
    from trialbench.damage import Damage
    from trialbench.dbc.database import Database
    from trialbench.frames import Frames

_SENDER: Final = re.compile(r"(.+)@0x([0-9A-Fa-f]{1,2})")
Place = tuple[Block, str]
"""A signal: the frames of its message, and its own name."""


def decode(frames: Frames, databases: Mapping[int | None, Sequence[Database]]) -> Decoded:
    """The signals in `frames`, of each bus by its databases; None stands for all other buses.

    The first database that has a message for a frame decodes it: one with the frame's identifier,
    else a J1939 one of its parameter group. Frames are sorted by message here; signals are worked
    out when they are looked up. `value = raw * factor + offset`, exactly as cantools computes it;
    a raw value that J1939 reserves ("error", "not available") is NaN. Payloads of several frames
    (ISO-TP, J1939's transport) are put together, with the time of the last one.
    """
    tables, table_of = tables_of(databases)
    sorted_out = arranged(frames, tables, table_of)
    table_on = [tables[table] if table >= 0 else None for table in table_of]
    found = carried(frames, sorted_out.groups(), table_on)
    blocks = [
        Block(bus, table.messages[slot], columns)
        for (bus, slot), columns in sorted(found.groups.items(), key=lambda group: group[0])
        if (table := table_on[bus]) is not None and len(columns.times)
    ]
    others = np.diff(sorted_out.begins[sorted_out.total :])
    others[0] -= np.count_nonzero(sorted_out.group_of[found.transported] == sorted_out.total)
    described = {bus: table.names for bus, table in enumerate(table_on) if table is not None}
    problems = tuple(problem for table in tables for problem in table.problems)
    return Decoded(blocks, described, others.tolist(), problems, found)


class Decoded(Mapping[str, Signal]):
    """Signals by name, each decoded at the first look-up; immutable.

    Its keys are the signals that have at least one sample: by the signal's own name where no other
    recorded message has a signal of that name, else as `Message.Signal`, and as `2:Signal` or
    `2:Message.Signal` where that was recorded on several buses. A look-up takes any of these
    spellings that fits one signal only, and raises `DbcError` with the candidates where it fits
    several. What one of several senders of a J1939 message sent has the sender's address behind its
    name, `EEC1.Speed@0x00`; it is no key. `errors` are transfers of which frames are missing.
    `undecoded_frames` counts data frames that no database describes; `remote_frames` and
    `error_frames` carry no data and are counted apart.
    """

    errors: Final[tuple[Damage, ...]]
    undecoded_frames: Final[int]
    remote_frames: Final[int]
    error_frames: Final[int]

    def __init__(
        self,
        blocks: Sequence[Block],
        described: Mapping[int, frozenset[str]],
        others: Sequence[int],
        problems: tuple[str, ...],
        carried: Carried,
    ) -> None:
        self._blocks = tuple(blocks)
        self._described = described
        self._problems = problems
        self._notes = tuple(carried.notes)
        self.errors = tuple(carried.errors)
        self.undecoded_frames, self.remote_frames, self.error_frames = others

    def __getitem__(self, name: str) -> Signal:
        block, own = self._place(name)
        signal = block.signal(own)
        if not len(signal):
            raise KeyError(name)
        return signal

    def with_reserved(self, name: str) -> Signal:
        """The signal, J1939's reserved raw values taken for values. Raises as a look-up does."""
        block, own = self._place(name)
        return block.with_reserved(own)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __repr__(self) -> str:
        return f"Decoded({len(self._blocks)} messages, {self.undecoded_frames} undecoded frames)"

    def message_of(self, name: str) -> str:
        """The name of the message that carries the signal. Raises as a look-up does."""
        return self._place(name)[0].message.name

    def describes(self, name: str) -> bool:
        """Whether a database describes such a signal, recorded or not."""
        name, _ = _apart(name)
        bus, colon, plain = name.partition(":")
        if colon and bus.isascii() and bus.isdigit():
            return plain in self._described.get(int(bus[:4]), ())
        return any(name in names for names in self._distinct)

    def near(self, name: str) -> list[str]:
        """Names that are nearly `name`, the nearest first: recorded ones, else described ones."""
        near = difflib.get_close_matches(name, self._keys)
        if not near:
            plain = name.partition(":")[2] or name
            near = difflib.get_close_matches(plain, sorted(frozenset().union(*self._distinct)))
        return near

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """What of the frames could not be decoded as described, a line each.

        What is wrong with a database's file is among that `Database`'s own problems.
        """
        lines = list(self._problems)
        for block in self._blocks:
            if short := block.truncated():
                lines.append(
                    f"message {block.message.name} on bus {block.bus}: {short} of {len(block)}"
                    " frames are too short for some of its signals"
                )
        return tuple(lines)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What was taken for granted in decoding, or left out, a sentence each."""
        lines = [*self._notes]
        for block in self._blocks:
            if len(block.senders) > 1:
                first = block.message.signals[0].name if block.message.signals else "Signal"
                senders = ", ".join(f"0x{sender:02X}" for sender in block.senders)
                lines.append(
                    f"{block.message.name} on bus {block.bus} comes from several senders ({senders}):"
                    f" one signal of all; {first}@0x{block.senders[0]:02X} is that of one"
                )
        if any(d.reserved for block in self._blocks for d in block.message.signals):
            lines.append("raw values that J1939 reserves for error or not available are unknown")
        return (*lines, *self.problems)

    @property
    def _distinct(self) -> set[frozenset[str]]:
        return set(self._described.values())

    @cached_property
    def _spellings(self) -> dict[str, list[Place]]:
        """Every way to write the name of a signal of a recorded message, with all that it fits."""
        found: defaultdict[str, list[Place]] = defaultdict(list)
        for block in self._blocks:
            for definition in block.message.signals:
                for spelling in _spelled(block, definition.name):
                    found[spelling].append((block, definition.name))
        return dict(found)

    @cached_property
    def _keys(self) -> dict[str, None]:
        keys: dict[str, None] = {}
        for block in self._blocks:
            for definition in block.message.signals:
                if block.has(definition.name):
                    keys[self._shortest(block, definition.name)] = None
        return keys

    def _shortest(self, block: Block, own: str) -> str:
        return next(name for name in _spelled(block, own) if len(self._spellings[name]) == 1)

    def _place(self, name: str) -> Place:
        places = self._spellings.get(name)
        if places is None:
            plain, address = _apart(name)
            if address is None:
                raise KeyError(name)
            block, own = self._place(plain)
            if address not in block.senders:
                raise KeyError(name)
            return block.of_sender(address), own
        if len(places) > 1:
            candidates = ", ".join(sorted({self._shortest(*place) for place in places}))
            raise DbcError(f"signal {name} is ambiguous: {candidates}")
        return places[0]


def _spelled(block: Block, own: str) -> tuple[str, str, str, str]:
    """The names of a signal, the shortest first."""
    full = f"{block.message.name}.{own}"
    return own, full, f"{block.bus}:{own}", f"{block.bus}:{full}"


def _apart(name: str) -> tuple[str, int | None]:
    """A signal's name, and the address of the sender behind it, if any."""
    found = _SENDER.fullmatch(name)
    return (found[1], int(found[2], 16)) if found else (name, None)
