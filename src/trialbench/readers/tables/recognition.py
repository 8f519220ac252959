"""Which dialect a text is written in: the one that fits nearly all of its first lines."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from trialbench.readers.tables.dialect import DIALECTS
from trialbench.readers.tables.headers import dialects_of_header
from trialbench.readers.tables.shapes import dialect_of_shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialbench.readers.tables.dialect import Dialect

_SAMPLE: Final = 400
_LINES_OF_HEAD: Final = 80
_LONGEST: Final = 2000
_MOST: Final = 0.6
"""Of lines as particular as a dialect's: consoles print other things between them."""
_NEARLY_ALL: Final = 0.9
"""Of plain columns, which may look like a frame by chance."""
_SHORTEST_TABLE: Final = 3
"""Columns without a header tell nothing in fewer lines."""


_SIGNALS: Final = re.compile(r'\s*"?(?:time|timestamp(?:_ns)?)\b(?!:)[^,;\t]*[,;\t]', re.IGNORECASE)
"""How a table of signals begins, which a header of frames did not."""


_FRAME_ID: Final = re.compile(r"arb|can|frame|msg|帧|报文", re.IGNORECASE)
"""What an identifier of a frame is called, and no other."""


class Recognised(NamedTuple):
    """A dialect, and the line (from 0) from which on it holds: the one after its header."""

    dialect: Dialect
    begin: int


def recognised(lines: Sequence[str]) -> Recognised | None:
    """The dialect of the text; None where no way to split its lines fits nearly all of them."""
    lines = [line[:_LONGEST] for line in lines[: _SAMPLE + _LINES_OF_HEAD]]
    sample = [line for line in lines if line.strip()]
    if not sample:
        return None
    if not _SIGNALS.match(sample[0]):
        for dialect in DIALECTS:
            if _fits(dialect, sample, _MOST):
                return Recognised(_told_by_head(dialect, sample), 0)
    return _under_a_header(lines) or (
        None if _SIGNALS.match(sample[0]) else _of_plain_columns(lines, sample)
    )


def _of_plain_columns(lines: Sequence[str], sample: Sequence[str]) -> Recognised | None:
    """The dialect that the shapes of the columns tell; a line of words may stand over them."""
    if len(sample) < _SHORTEST_TABLE:
        return None
    for skipped in (0, 1):
        shape = dialect_of_shape(sample[skipped:])
        if shape is not None and _fits(shape, sample[skipped:], _NEARLY_ALL):
            words = skipped and not any(letter.isdigit() for letter in sample[0])
            return Recognised(shape, lines.index(sample[0]) + 1 if words else 0)
    return None


def _under_a_header(lines: Sequence[str]) -> Recognised | None:
    """The last line of the head that names the columns which the lines under it have."""
    found = None
    for number, line in enumerate(lines[:_LINES_OF_HEAD]):
        if not any(letter.isalpha() for letter in line):
            continue
        sample = [row for row in lines[number + 1 : number + 1 + _SAMPLE] if row.strip()]
        fitting = (
            each for each in dialects_of_header(line) if not sample or _fits(each, sample, _MOST)
        )
        dialect = next(fitting, None)
        if dialect is not None:
            begin = number + 1
            while begin < len(lines) and _names_columns(lines[begin], line):
                begin += 1
            found = Recognised(dialect, begin)
    return found


def header_of_frames(lines: Sequence[str]) -> int | None:
    """The line of the head (from 0) that names identifiers of frames, and data, whatever follows."""
    for number, line in enumerate(lines[:_LINES_OF_HEAD]):
        if _FRAME_ID.search(line) and next(dialects_of_header(line), None) is not None:
            return number
    return None


def _told_by_head(dialect: Dialect, sample: Sequence[str]) -> Dialect:
    """The dialect with the bases that a line over its frames names."""
    head = sample[:_LINES_OF_HEAD]
    if any(dialect.decimal_ids.fullmatch(line) for line in head):
        dialect = replace(dialect, hex_ids=False)
    if any(dialect.decimal_bytes.fullmatch(line) for line in head):
        dialect = replace(dialect, hex_bytes=False)
    if any(dialect.deltas.fullmatch(line) for line in head):
        dialect = replace(dialect, is_delta=True)
    return dialect


def _names_columns(line: str, header: str) -> bool:
    """Whether a line begins as the header over it: some tools have one for each kind of message."""
    begin = header.split(",", maxsplit=1)[0]
    return line.startswith(begin + ",") and not begin.isdecimal()


def _fits(dialect: Dialect, sample: Sequence[str], share: float) -> bool:
    """Whether that share of the lines from the first frame on are frames, but for its comments."""
    fit = [bool(dialect.line.fullmatch(line)) for line in sample]
    if True not in fit or not any(map(dialect.proof.match, sample)):
        return False
    begin = fit.index(True)
    legal = sum(1 for line in sample[begin:] if dialect.legal.fullmatch(line))
    frames = sum(fit)
    return begin <= _LINES_OF_HEAD and frames >= share * (len(sample) - begin - legal)
