"""Which dialect a text is written in: the one that fits nearly all of its first lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from trialbench.readers.tables.dialect import DIALECTS
from trialbench.readers.tables.headers import dialect_of_header
from trialbench.readers.tables.shapes import dialect_of_shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialbench.readers.tables.dialect import Dialect

_SAMPLE: Final = 400
_LINES_OF_HEAD: Final = 80
_LONGEST: Final = 2000
_NEARLY_ALL: Final = 0.8
_SHORTEST_TABLE: Final = 3
"""Columns without a header tell nothing in fewer lines."""


_SIGNALS: Final = re.compile(r'\s*"?(?:time|timestamp(?:_ns)?)\b[^,;\t]*[,;\t]', re.IGNORECASE)
"""How a table of signals begins, which a header of frames did not."""


class Recognised(NamedTuple):
    """A dialect, and the line (from 0) from which on it holds: the one after its header."""

    dialect: Dialect
    begin: int


def recognised(lines: Sequence[str]) -> Recognised | None:
    """The dialect of the text; None where no way to split its lines fits nearly all of them."""
    lines = [line[:_LONGEST] for line in lines[: _SAMPLE + _LINES_OF_HEAD]]
    under = _under_a_header(lines)
    if under is not None:
        return under
    sample = [line for line in lines if line.strip()]
    if not sample or _SIGNALS.match(sample[0]):
        return None
    for dialect in DIALECTS:
        if _fits(dialect, sample):
            return Recognised(dialect, 0)
    if len(sample) < _SHORTEST_TABLE:
        return None
    for skipped in (0, 1):  # one line of words may stand over plain columns
        shape = dialect_of_shape(sample[skipped:])
        if shape is not None and _fits(shape, sample):
            return Recognised(shape, 0)
    return None


def _under_a_header(lines: Sequence[str]) -> Recognised | None:
    """The last line of the head that names the columns which the lines under it have."""
    found = None
    for number, line in enumerate(lines[:_LINES_OF_HEAD]):
        if not any(letter.isalpha() for letter in line):
            continue
        dialect = dialect_of_header(line)
        if dialect is None:
            continue
        sample = [row for row in lines[number + 1 : number + 1 + _SAMPLE] if row.strip()]
        if not sample or _fits(dialect, sample):
            begin = number + 1
            while begin < len(lines) and _names_columns(lines[begin], line):
                begin += 1
            found = Recognised(dialect, begin)
    return found


def _names_columns(line: str, header: str) -> bool:
    """Whether a line begins as the header over it: some tools have one for each kind of message."""
    return line.split(",")[0] == header.split(",")[0] and not any(map(str.isdigit, line[:40]))


def _fits(dialect: Dialect, sample: Sequence[str]) -> bool:
    """Whether nearly all lines from the first frame on are frames, or comments of the dialect."""
    fit = [bool(dialect.line.fullmatch(line)) for line in sample]
    if True not in fit:
        return False
    begin = fit.index(True)
    legal = sum(1 for line in sample[begin:] if dialect.legal.fullmatch(line))
    frames = sum(fit)
    return begin <= _LINES_OF_HEAD and frames >= _NEARLY_ALL * (len(sample) - begin - legal)
