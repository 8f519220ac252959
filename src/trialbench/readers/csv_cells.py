"""The cells of a CSV file that are no plain numbers, and what they make of their columns."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

from trialbench.readers import instants
from trialbench.readers.columns import left_out, some
from trialbench.readers.csv_shape import has_other_mark, pointed
from trialbench.readers.csv_table import JOINED, NUMBER, TIME

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from trialbench.readers.csv_shape import Shape
    from trialbench.readers.csv_table import Table
    from trialbench.readers.raw import Longs

_UNKNOWN: Final = frozenset(
    ("nan", "+nan", "-nan", "null", "none", "nil", "n/a", "na", "#n/a", "#na", "<na>", "-", "--", "?",
     "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan")
)  # fmt: skip
"""Cells, in any case, that are samples of which nothing is known."""
_INFINITE: Final = frozenset(
    f"{sign}{word}" for sign in ("", "+", "-") for word in ("inf", "infinity")
)
_STATES: Final = {
    "true": 1.0, "false": 0.0, "yes": 1.0, "no": 0.0, "on": 1.0, "off": 0.0,
}  # fmt: skip
_AT_ONCE: Final = 1 << 16
_DIGITS: Final = 17
"""As many digits tell any float64 from every other."""


def settle_times(data: bytes, table: Table, shape: Shape, clock: instants.Clock) -> None:
    """Read the times that are no plain numbers; mark the rows of those that are none."""
    sound = np.full(table.times_ns.size, clock.kind == instants.NUMBER)
    for row, text in _texts(data, _hard(table, shape.clock), shape):
        try:
            table.times_ns[row] = clock.ns(pointed(text) if shape.point == "," else text)
            sound[row] = True
        except ValueError:
            sound[row] = False
    if shape.day >= 0:
        sound &= _add_days(data, table, shape)
    _mark(table, ~sound, TIME)


def _add_days(data: bytes, table: Table, shape: Shape) -> NDArray[np.bool_]:
    """Add the dates to the times of day; which rows have a date."""
    days: dict[str, int | None] = {}
    dated = np.zeros(table.times_ns.size, np.bool_)
    for row, text in _texts(data, _hard(table, shape.day), shape):
        if text not in days:
            days[text] = _day(text)
        day = days[text]
        if day is not None:
            table.times_ns[row] += day
            dated[row] = True
    return dated


def _day(text: str) -> int | None:
    try:
        return instants.Clock(instants.DATE, 9).ns(text)
    except ValueError:
        return None


def settle_values(data: bytes, table: Table, shape: Shape) -> tuple[list[int], list[str]]:
    """Read the values that are no plain numbers, and mark the rows of cells that ought to be some.

    Returns the columns that hold signals, and notes on those that are left out.
    """
    kept: list[int] = []
    notes: list[str] = []
    for column, name in enumerate(shape.header):
        if column in (shape.clock, shape.day):
            continue
        if column == shape.counts or not name:
            if np.any(table.filled[:, column]):
                reason = "it numbers the rows" if column == shape.counts else "it has no name"
                notes.append(left_out(name or f"{column + 1}", reason))
            continue
        odd = _read_numbers(data, table, _hard(table, column), shape.point)
        reason, more = _settle(data, table, shape, odd) if odd.size else ("", [])
        notes += [left_out(name, reason)] if reason else [f"column {name}: {each}" for each in more]
        if not reason:
            kept.append(column)
    return kept, notes


def _settle(data: bytes, table: Table, shape: Shape, odd: Longs) -> tuple[str, list[str]]:
    """What the cells `odd` of one column are: the reason to leave it out, or "" and notes.

    Where most are states (true, off, …) these are 1 and 0; where most are no numbers it is left out.
    Of other words among numbers nothing is known where they come again, as states do (R, N among
    gears); else they are damage.
    """
    column = int(odd[0, 0]) % len(shape.header)
    found = [
        (row, text) for row, text in _texts(data, odd, shape) if text.casefold() not in _INFINITE
    ]
    unknown = [(row, text) for row, text in found if text.casefold() in _UNKNOWN]
    others = [(row, text) for row, text in found if text.casefold() not in _UNKNOWN]
    fits = table.codes[table.lines] == 0
    cells = int(np.count_nonzero(table.filled[fits, column])) - len(unknown)
    states = sum(text.casefold() in _STATES for _, text in others)
    often = Counter(text for _, text in others)
    notes = _told_unknown([text for _, text in unknown if text.casefold() != "nan"])
    if 2 * states > cells:
        _read_states(table, column, others)
        told = some((text.casefold() for text in often if text.casefold() in _STATES), 6)
        return "", [f"{told} are 1 and 0", *notes]
    if 2 * len(others) > cells:
        told = f"{len(others)} of {cells} cells are no numbers ({some(often)})"
        mark = "comma" if shape.point == "," else "point"
        mixed = any(has_other_mark(text, shape.point) for text in often)
        return told + (f"; the file's decimal mark is the {mark}" if mixed else ""), []
    words = [text for _, text in others if often[text] > 1 and _is_word(text)]
    wrong = np.zeros(table.times_ns.size, np.bool_)
    wrong[[row for row, text in others if often[text] == 1 or not _is_word(text)]] = True
    _mark(table, wrong, NUMBER)
    return "", [*notes, *_told_unknown(words)]


def _told_unknown(texts: list[str]) -> list[str]:
    return [f"{len(texts)} cells ({some(texts)}) are no numbers: unknown there"] if texts else []


def _is_word(text: str) -> bool:
    return text.replace(" ", "").replace("_", "").replace("-", "").isalpha()


def _read_states(table: Table, column: int, cells: Sequence[tuple[int, str]]) -> None:
    """Write states as 1 and 0; in their column every other cell but 1 and 0 is wrong."""
    values = table.values[:, column]
    wrong = (table.filled[:, column] != 0) & np.isin(values, (0, 1, np.nan), invert=True)
    wrong &= ~np.isnan(values)
    for row, text in cells:
        state = _STATES.get(text.casefold())
        wrong[row] = state is None
        values[row] = np.nan if state is None else state
    _mark(table, wrong, NUMBER)


def _read_numbers(data: bytes, table: Table, hard: Longs, point: str) -> Longs:
    """Read a column's cells that are numbers; returns all others, whose values are NaN.

    A few numbers with more digits than a float64 is written with are pieces of two, where the rest
    of the column has none such: their rows are marked.
    """
    values = table.values.reshape(-1)
    odd: list[int] = []
    long: list[int] = []
    comma = point == ","
    for at, (flat, begin, end) in enumerate(_each(hard)):
        cell = data[begin:end]
        if comma:
            cell = cell.replace(b".", b"'").replace(b",", b".")
        try:
            value = float(cell)
        except ValueError:
            value = np.nan
        # Python reads 1_000 and a control character beside a number, too.
        plain = value - value == 0 and 95 not in cell and cell[0] > 32 and cell[-1] > 32
        if not plain:
            odd.append(at)
            infinite = value - value != 0 and cell.lower().lstrip(b"+-").startswith(b"inf")
            value = value if infinite else np.nan
        elif end - begin > _DIGITS and _significant(cell) > _DIGITS:
            long.append(at)
        values[flat] = value
    if 0 < 10 * len(long) < table.times_ns.size:
        joined = np.zeros(table.times_ns.size, np.bool_)
        joined[hard[long, 0] // table.values.shape[1]] = True
        _mark(table, joined, JOINED)
    return hard[odd]


def _significant(cell: bytes) -> int:
    """How many digits of a number count."""
    mantissa = cell.lower().partition(b"e")[0].replace(b".", b"")
    return len(mantissa.lstrip(b"+-0"))


def _mark(table: Table, wrong: NDArray[np.bool_], code: int) -> None:
    """Say of the lines of the rows that are `wrong` what is wrong, unless it is known already."""
    lines = table.lines[wrong]
    table.codes[lines[table.codes[lines] == 0]] = code


def _hard(table: Table, column: int) -> Longs:
    """A column's cells that are no plain numbers, of lines of which nothing else is wrong."""
    mine = table.hard[table.bounds[column] : table.bounds[column + 1]]
    sound: Longs = mine[table.codes[table.lines[mine[:, 0] // table.values.shape[1]]] == 0]
    return sound


def _texts(data: bytes, cells: Longs, shape: Shape) -> Iterator[tuple[int, str]]:
    """The row and the text of each of the cells."""
    width = len(shape.header)
    for flat, begin, end in _each(cells):
        yield flat // width, data[begin:end].decode("utf-8", "replace")


def _each(cells: Longs) -> Iterator[list[int]]:
    """The rows of `cells`, of which there may be more than fit into memory as Python's numbers."""
    for begin in range(0, len(cells), _AT_ONCE):
        yield from cells[begin : begin + _AT_ONCE].tolist()
