"""The frames of one message on one bus, and the signals taken out of them."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import numpy as np

from trialbench.dbc.kernels import extract
from trialbench.signal import Signal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trialbench.dbc.model import MessageDef, SignalDef

_EXACT: Final = 1 << 53
"""Up to here float64 holds every integer."""
Array = TypeVar("Array", bound="NDArray[Any]")
Ranges = tuple[tuple[int, int], ...]


class Columns(NamedTuple):
    """Payloads in order of time: times (m,), words (m, w), lengths (m,) and J1939's senders.

    `sources` is empty where none of the databases is J1939's.
    """

    times: NDArray[np.int64]
    words: NDArray[np.uint64]
    lengths: NDArray[np.integer[Any]]
    sources: NDArray[np.uint8]

    def taken(self, which: slice | NDArray[np.bool_] | NDArray[np.intp]) -> Columns:
        """The payloads that `which` chooses."""
        return Columns._make(frozen(column[which] if column.size else column) for column in self)


class Block:
    """Payloads of one message, in order of time.

    What is worked out once (which frames hold a signal, the signal itself) is kept. Two threads may
    work the same out at once; they get equal values, and one of them is kept.
    """

    def __init__(self, bus: int, message: MessageDef, columns: Columns) -> None:
        self.bus = bus
        self.message = message
        self._definitions = {definition.name: definition for definition in message.signals}
        self._all = columns
        self._shortest = int(columns.lengths.min(initial=0xFF))
        self._selections: dict[tuple[str | None, Ranges, int], Columns] = {}
        self._sorted: dict[str, tuple[NDArray[np.uint64], NDArray[np.intp]]] = {}
        self._signals: dict[str, Signal] = {}
        self._by_sender: dict[int, Block] = {}

    def __len__(self) -> int:
        return int(self._all.times.size)

    def signal(self, name: str) -> Signal:
        """The decoded signal, empty where no frame holds it."""
        signal = self._signals.get(name)
        if signal is None:
            definition = self._definitions[name]
            columns = self._holding(definition)
            values = _values(definition, columns.words)
            signal = Signal(columns.times, values, definition.unit)
            signal = self._signals.setdefault(name, signal)
        return signal

    def with_reserved(self, name: str) -> Signal:
        """The signal as its raw values give it, those that J1939 reserves taken for values, too."""
        definition = replace(self._definitions[name], reserved=())
        columns = self._holding(definition)
        return Signal(columns.times, _values(definition, columns.words), definition.unit)

    @cached_property
    def senders(self) -> tuple[int, ...]:
        """The addresses of those who sent a J1939 message, in order."""
        if not self.message.j1939:
            return ()
        return tuple(np.flatnonzero(np.bincount(self._all.sources)).tolist())

    def of_sender(self, address: int) -> Block:
        """What one of several senders sent."""
        block = self._by_sender.get(address)
        if block is None:
            block = Block(self.bus, self.message, self._all.taken(self._all.sources == address))
            block = self._by_sender.setdefault(address, block)
        return block

    def has(self, name: str) -> bool:
        """Whether any frame holds the signal."""
        return self._holding(self._definitions[name]).times.size > 0

    def truncated(self) -> int:
        """How many frames are too short for some signal that has no multiplexer."""
        needs = max((d.needs for d in self.message.signals if d.multiplexer is None), default=0)
        if needs <= self._shortest:
            return 0
        return int(np.count_nonzero(self._all.lengths < needs))

    def _holding(self, definition: SignalDef) -> Columns:
        """The frames that hold the signal: its multiplexers select it, they are long enough."""
        needs = definition.needs if definition.needs > self._shortest else 0
        wanted = (definition.multiplexer, definition.ranges, needs)
        found = self._selections.get(wanted)
        if found is None:
            selected = self._selected(definition.multiplexer, definition.ranges)
            found = selected.taken(selected.lengths >= needs) if needs else selected
            found = self._selections.setdefault(wanted, found)
        return found

    def _selected(self, multiplexer: str | None, ranges: Ranges) -> Columns:
        """The frames in which the multiplexer is and its raw value lies in one of the ranges.

        They are sorted by that value once, so that each of a thousand multiplexed signals costs
        what it finds and not a pass over all.
        """
        found = self._selections.get((multiplexer, ranges, 0))
        if found is not None or multiplexer is None:
            return found or self._all
        columns = self._holding(self._definitions[multiplexer])
        if multiplexer not in self._sorted:
            raws = _raws(self._definitions[multiplexer], columns.words)
            order = np.argsort(raws, kind="stable")
            self._sorted[multiplexer] = (raws[order], order)
        raws, order = self._sorted[multiplexer]
        parts = [order[_between(raws, low, high)] for low, high in ranges]
        chosen = parts[0] if len(ranges) == 1 and ranges[0][0] == ranges[0][1] else _united(parts)
        return self._selections.setdefault((multiplexer, ranges, 0), columns.taken(chosen))


def _between(raws: NDArray[np.uint64], low: int, high: int) -> slice:
    """Where in sorted raw values those from `low` to `high` lie."""
    return slice(
        int(np.searchsorted(raws, np.uint64(max(low, 0)), "left")),
        int(np.searchsorted(raws, np.uint64(min(max(high, 0), 2**64 - 1)), "right")),
    )


def _united(parts: list[NDArray[np.intp]]) -> NDArray[np.intp]:
    return np.unique(np.concatenate(parts))


def frozen(array: Array) -> Array:
    """The array, read-only from now on."""
    array.flags.writeable = False
    return array


def _layout(definition: SignalDef) -> tuple[int, int, int, bool]:
    """Low and high word (-1: none), shift in the low one, and whether words are to be swapped."""
    first, last = definition.first_bit, definition.first_bit + definition.length - 1
    if definition.big_endian:
        low, high, shift = last // 64, first // 64, 63 - last % 64
    else:
        low, high, shift = first // 64, last // 64, first % 64
    return low, (high if high != low else -1), shift, definition.big_endian


def _raws(definition: SignalDef, words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The raw bits of a signal as unsigned numbers."""
    return _extracted(definition, words, signed=False, scaled=False).view(np.uint64)


def _extracted(
    definition: SignalDef,
    words: NDArray[np.uint64],
    *,
    signed: bool,
    scaled: bool,
    limit: int = 0,
) -> NDArray[np.float64]:
    out = np.empty(len(words), np.float64)
    factor, offset = (float(definition.factor), float(definition.offset)) if scaled else (1.0, 0.0)
    if len(words):
        extract(
            words, *_layout(definition), definition.length, signed, scaled, factor, offset,
            np.uint64(limit), out,
        )  # fmt: skip
    return out


def _values(definition: SignalDef, words: NDArray[np.uint64]) -> NDArray[np.float64]:
    """The signal's values, each the float64 that Python's own `raw * factor + offset` gives."""
    if definition.is_float:
        return frozen(_floats(definition, _raws(definition, words)))
    factor, offset = _scaling(definition)
    if _is_exact(factor, offset, definition.length):
        others, limit = definition.reserved, 0
        if others and others[-1][1] == (1 << definition.length) - 1:  # nearly always the only one
            others, limit = others[:-1], others[-1][0]
        values = _extracted(definition, words, signed=definition.signed, scaled=True, limit=limit)
        return frozen(_without(others, definition, words, values))
    raws = _extracted(definition, words, signed=definition.signed, scaled=False)
    integers = raws.view(np.int64 if definition.signed else np.uint64).tolist()
    values = np.array([float(raw * factor + offset) for raw in integers], np.float64)
    return frozen(_without(definition.reserved, definition, words, values))


def _without(
    ranges: Ranges,
    definition: SignalDef,
    words: NDArray[np.uint64],
    values: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The values, NaN where the raw value lies in one of the ranges."""
    raws = _raws(definition, words) if ranges else np.empty(0, np.uint64)
    for low, high in ranges:
        values[(raws >= np.uint64(low)) & (raws <= np.uint64(high))] = np.nan
    return values


def _floats(definition: SignalDef, raws: NDArray[np.uint64]) -> NDArray[np.float64]:
    with np.errstate(all="ignore"):  # a signalling NaN is as unknown as a quiet one
        if definition.length == 32:
            numbers = raws.astype(np.uint32).view(np.float32).astype(np.float64)
        else:
            numbers = raws.view(np.float64)
        return numbers * float(definition.factor) + float(definition.offset)


def _scaling(definition: SignalDef) -> tuple[float, float]:
    """Factor and offset as cantools takes them: both integers where both are whole."""
    factor, offset = definition.factor, definition.offset
    if float(factor).is_integer() and float(offset).is_integer():
        return int(factor), int(offset)
    return factor, offset


def _is_exact(factor: float, offset: float, length: int) -> bool:
    """Whether float64 arithmetic gives what Python's gives.

    Python computes with integers of any length as long as factor (and offset) are integers, and
    rounds then; float64 holds integers up to 2**53. Any other factor makes the raw value a float64
    at once, here as there.
    """
    if isinstance(factor, float) or (factor == 1 and offset == 0):
        return True
    largest = abs(factor) << length
    return largest + abs(offset) <= _EXACT if isinstance(offset, int) else largest <= _EXACT
