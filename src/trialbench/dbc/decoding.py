"""Signals by name, out of frames, as DBC databases describe them."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from trialbench.dbc.block import Block, Columns, frozen
from trialbench.dbc.kernels import arrange, key_of, key_of_group, key_table
from trialbench.errors import DbcError
from trialbench.signal import Signal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialbench.dbc.database import Database
    from trialbench.dbc.model import MessageDef
    from trialbench.recording import Frames

_BUSES: Final = 256
Place = tuple[Block, str]
"""A signal: the frames of its message, and its own name."""


def decode(frames: Frames, databases: Mapping[int | None, Sequence[Database]]) -> Decoded:
    """The signals in `frames`, of each bus by its databases; None stands for all other buses.

    The first database that has a message for a frame decodes it: one with the frame's identifier,
    else a J1939 one of its parameter group. Frames are sorted by message here; signals are worked
    out when they are looked up. `value = raw * factor + offset`, exactly as cantools computes it;
    a J1939 raw value that stands for "not available" is not made NaN.
    """
    tables, table_of = _tables(databases)
    sizes = [len(tables[table].messages) if table >= 0 else 0 for table in table_of]
    first_of = np.cumsum([0, *sizes])
    begins, (times, words, lengths) = _arranged(frames, tables, table_of, first_of)
    groups = int(first_of[-1])
    blocks = []
    for group in np.flatnonzero(np.diff(begins[: groups + 1])).tolist():
        bus = int(np.searchsorted(first_of, group, "right")) - 1
        part = slice(begins[group], begins[group + 1])
        message = tables[table_of[bus]].messages[group - int(first_of[bus])]
        blocks.append(Block(bus, message, (times[part], words[part], lengths[part])))
    others = np.diff(begins[groups:]).tolist()
    problems = tuple(problem for table in tables for problem in table.problems)
    described = {bus: tables[table].names for bus, table in enumerate(table_of) if table >= 0}
    return Decoded(blocks, described, others, problems)


class Decoded(Mapping[str, Signal]):
    """Signals by name, each decoded at the first look-up; immutable.

    Its keys are the signals that have at least one sample: by the signal's own name where no other
    recorded message has a signal of that name, else as `Message.Signal`, and as `2:Signal` or
    `2:Message.Signal` where that was recorded on several buses. A look-up takes any of these
    spellings that fits one signal only, and raises `DbcError` with the candidates where it fits
    several. `undecoded_frames` counts data frames that no database describes; `remote_frames` and
    `error_frames` carry no data and are counted apart.
    """

    undecoded_frames: Final[int]
    remote_frames: Final[int]
    error_frames: Final[int]

    def __init__(
        self,
        blocks: Sequence[Block],
        described: Mapping[int, frozenset[str]],
        others: Sequence[int],
        problems: tuple[str, ...],
    ) -> None:
        self._blocks = tuple(blocks)
        self._described = described
        self._problems = problems
        self.undecoded_frames, self.remote_frames, self.error_frames = others

    def __getitem__(self, name: str) -> Signal:
        block, own = self._place(name)
        signal = block.signal(own)
        if not len(signal):
            raise KeyError(name)
        return signal

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
            raise KeyError(name)
        if len(places) > 1:
            candidates = ", ".join(sorted({self._shortest(*place) for place in places}))
            raise DbcError(f"signal {name} is ambiguous: {candidates}")
        return places[0]


def _spelled(block: Block, own: str) -> tuple[str, str, str, str]:
    """The names of a signal, the shortest first."""
    full = f"{block.message.name}.{own}"
    return own, full, f"{block.bus}:{own}", f"{block.bus}:{full}"


class _Table:
    """The messages of a sequence of databases, of two for the same frames only the first."""

    def __init__(self, number: int, databases: Sequence[Database]) -> None:
        self.messages: list[MessageDef] = []
        self.slots: dict[int, int] = {}
        self.problems: list[str] = []
        self.named: set[str] = set()
        owners: list[Database] = []
        for database in databases:
            self._add(number, database, owners)

    def _add(self, number: int, database: Database, owners: list[Database]) -> None:
        for message in database.messages:
            key = key_of(number, message.extended, message.id)
            there = self.slots.setdefault(key, len(self.messages))
            if there < len(self.messages):
                self.problems.append(
                    f"message {message.name} of {database.name} is not decoded:"
                    f" {self.messages[there].name} of {owners[there].name}"
                    f" has its identifier {message.id:#x}"
                )
                continue
            if message.j1939:
                self.slots.setdefault(key_of_group(number, message.group), there)
            self.messages.append(self._named_apart(message, database))
            owners.append(database)

    def _named_apart(self, message: MessageDef, database: Database) -> MessageDef:
        """The message, its identifier in its name where another database's has the same name."""
        if message.name not in self.named:
            self.named.add(message.name)
            return message
        name = f"{message.name}_{message.id:X}"
        self.problems.append(
            f"message {message.name} of {database.name} has the name of another: called {name} here"
        )
        return replace(message, name=name)

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of the signals that are described, without and with their message's."""
        return frozenset(
            spelling
            for message in self.messages
            for definition in message.signals
            for spelling in (definition.name, f"{message.name}.{definition.name}")
        )


def _tables(databases: Mapping[int | None, Sequence[Database]]) -> tuple[list[_Table], list[int]]:
    """A table for each of the mapping's entries, and each bus's table number (-1: none)."""
    numbers = {bus: number for number, bus in enumerate(databases)}
    tables = [_Table(number, databases[bus]) for bus, number in numbers.items()]
    other = numbers.get(None, -1)
    return tables, [numbers.get(bus, other) for bus in range(_BUSES)]


def _arranged(
    frames: Frames, tables: Sequence[_Table], table_of: Sequence[int], first_of: NDArray[np.int64]
) -> tuple[NDArray[np.int64], Columns]:
    """Where each group of frames begins, and their columns, group by group."""
    n = len(frames)
    words = _words(frames.data)
    begins = np.zeros(int(first_of[-1]) + 4, np.int64)
    columns = np.empty(n, np.int64), np.empty(words.shape, np.uint64), np.empty(n, np.uint8)
    arrange(
        frames.times_ns,
        frames.bus,
        frames.ids,
        frames.flags,
        _lengths(frames),
        words,
        np.array(table_of, np.int64),
        first_of,
        *key_table({key: slot for table in tables for key, slot in table.slots.items()}),
        begins,
        np.empty(n, np.int32),
        *columns,
    )
    times, payloads, lengths = columns
    return begins, (frozen(times), frozen(payloads), frozen(lengths))


def _lengths(frames: Frames) -> NDArray[np.uint8]:
    """The frames' lengths, none beyond its data: the kernels trust them."""
    widest = frames.data.shape[1]
    if not len(frames) or frames.lengths.max() <= widest:
        return frames.lengths
    return frozen(np.minimum(frames.lengths, widest).astype(np.uint8))


def _words(data: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Payloads (n, 8 k) as little-endian words (n, k), read-only."""
    words = np.ascontiguousarray(data).view(np.uint64)
    return frozen(words) if words.flags.writeable else words
