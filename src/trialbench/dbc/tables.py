"""The messages that each bus's databases describe, and the frames sorted by them."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from trialbench.dbc.block import Columns, frozen
from trialbench.dbc.kernels import arrange, key_of, key_of_group, key_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from trialbench.dbc.database import Database
    from trialbench.dbc.model import MessageDef
    from trialbench.frames import Frames

_BUSES: Final = 256
Groups = dict[tuple[int, int], Columns]
"""Payloads by bus and by the number of their message in the bus's table."""


class Table:
    """The messages of a sequence of databases, of two for the same frames only the first."""

    def __init__(self, number: int, databases: Sequence[Database]) -> None:
        self.messages: list[MessageDef] = []
        self.slots: dict[int, int] = {}
        self.problems: list[str] = []
        self.named: set[str] = set()
        self._number = number
        self._senders: dict[tuple[int, int], int] = {}
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
                self._senders.setdefault((message.group, message.id & 0xFF), there)
            self.messages.append(self._named_apart(message, database))
            owners.append(database)

    @property
    def j1939(self) -> bool:
        """Whether any message is recognised by its parameter group."""
        return bool(self._senders)

    def of_group(self, group: int, sender: int | None = None) -> int | None:
        """The number of the message of a J1939 parameter group, the sender's own where it has one."""
        there = None if sender is None else self._senders.get((group, sender))
        return self.slots.get(key_of_group(self._number, group)) if there is None else there

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


def tables_of(databases: Mapping[int | None, Sequence[Database]]) -> tuple[list[Table], list[int]]:
    """A table for each of the mapping's entries, and each bus's table number (-1: none)."""
    numbers = {bus: number for number, bus in enumerate(databases)}
    tables = [Table(number, databases[bus]) for bus, number in numbers.items()]
    other = numbers.get(None, -1)
    return tables, [numbers.get(bus, other) for bus in range(_BUSES)]


class Arranged(NamedTuple):
    """Frames sorted into groups: one for each message of each bus, then those without a message.

    `begins` (g + 4) tells where each of g groups begins in `columns`, and after them the frames
    without message, the remote and the error frames; `first_of` (257) is each bus's first group, and
    `group_of` (n) the group of each frame in the order of the recording.
    """

    begins: NDArray[np.int64]
    columns: Columns
    first_of: NDArray[np.int64]
    group_of: NDArray[np.int32]

    @property
    def total(self) -> int:
        """How many groups there are."""
        return int(self.first_of[-1])

    def groups(self) -> Groups:
        """The groups that are not empty."""
        found: Groups = {}
        for group in np.flatnonzero(np.diff(self.begins[: self.total + 1])).tolist():
            bus = int(np.searchsorted(self.first_of, group, "right")) - 1
            part = slice(self.begins[group], self.begins[group + 1])
            found[bus, group - int(self.first_of[bus])] = self.columns.taken(part)
        return found


def arranged(frames: Frames, tables: Sequence[Table], table_of: Sequence[int]) -> Arranged:
    """The frames sorted by bus and message."""
    sizes = [len(tables[table].messages) if table >= 0 else 0 for table in table_of]
    first_of = np.cumsum([0, *sizes])
    n = len(frames)
    words = _words(frames.data)
    begins = np.zeros(int(first_of[-1]) + 4, np.int64)
    columns = Columns(
        np.empty(n, np.int64),
        np.empty(words.shape, np.uint64),
        np.empty(n, np.uint8),
        np.empty(n if any(table.j1939 for table in tables) else 0, np.uint8),
    )
    group_of = np.empty(n, np.int32)
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
        group_of,
        *columns,
    )
    return Arranged(begins, columns.taken(slice(None)), first_of, group_of)


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
