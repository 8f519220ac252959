"""Two wordings of one passage, with the words marked that were taken out and put in.

English and Korean are compared by words, Chinese by characters; first by lines, then inside the
lines that changed. The comparison is Myers' greedy one (An O(ND) difference algorithm, 1986), which
stops at MOST edits: wordings that differ more are shown as one taken out and one put in.

Not `difflib`: on 150 edited clauses of the library it marks as little (2 % fewer characters) in
twice the time, but its time is not bounded. A paragraph of 20,000 Chinese characters, of 150 that
occur evenly, with one in 40 changed takes it 10 s (with `autojunk`; 100 s and more without); the
comparison here gives up on it after 0.03 s. A page compares ten clauses in three languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

SAME, REMOVED, ADDED = "same", "removed", "added"
MOST = 250

_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"\s+|[{_HAN}]|[^\W{_HAN}]+|[^\w\s]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
# A shorter passage that stayed between two edits only makes them hard to read.
_SHORT = 3


@dataclass(frozen=True)
class Piece:
    """A run of characters that is in both wordings ("same"), in the old or in the new alone."""

    kind: str
    text: str


def marked(old: str, new: str) -> tuple[Piece, ...]:
    """Return the pieces of both wordings in order; without those added they are the old one."""
    pieces: list[Piece] = []
    for kind, lines in _grouped(_compared(_LINE.findall(old), _LINE.findall(new))):
        if kind == SAME:
            pieces.append(Piece(SAME, lines[0]))
        else:
            pieces += _inside(*lines)
    return tuple(_joined(pieces))


def is_same(pieces: Iterable[Piece]) -> bool:
    """Return whether nothing was taken out or put in."""
    return all(piece.kind == SAME for piece in pieces)


def _inside(old: str, new: str) -> Iterator[Piece]:
    """Yield the pieces of some lines that changed, by words."""
    for kind, texts in _grouped(_compared(_TOKEN.findall(old), _TOKEN.findall(new))):
        if kind == SAME:
            yield Piece(SAME, texts[0])
        else:
            yield from (
                Piece(side, text) for side, text in zip((REMOVED, ADDED), texts, strict=True)
            )


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Yield the pieces with neighbours joined: in each change the old words, then the new."""
    edit = ["", ""]
    for place, piece in enumerate(pieces):
        if piece.kind != SAME:
            edit[piece.kind == ADDED] += piece.text
        elif _is_crumb(pieces, place):
            edit = [edit[0] + piece.text, edit[1] + piece.text]
        else:
            yield from _edit(*edit)
            edit = ["", ""]
            yield piece
    yield from _edit(*edit)


def _edit(old: str, new: str) -> Iterator[Piece]:
    if old:
        yield Piece(REMOVED, old)
    if new:
        yield Piece(ADDED, new)


def _is_crumb(pieces: Sequence[Piece], place: int) -> bool:
    """Return whether a piece that stayed is too short to part the edits on both sides of it."""
    if place in (0, len(pieces) - 1) or "\n" in pieces[place].text:
        return False
    between_edits = SAME not in (pieces[place - 1].kind, pieces[place + 1].kind)
    return between_edits and len(pieces[place].text.strip()) < _SHORT


def _grouped(steps: Iterable[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    """Yield what stayed as [text], and each change between as [old, new]."""
    for stayed, run in groupby(steps, key=lambda step: step[0] == SAME):
        parts = list(run)
        if stayed:
            yield SAME, ["".join(text for _, text in parts)]
        else:
            sides = (REMOVED, ADDED)
            yield "", ["".join(text for kind, text in parts if kind == side) for side in sides]


def _compared(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """Yield each token and whether it stayed, was taken out or put in."""
    head = _shared(zip(old, new, strict=False))
    most = min(len(old), len(new)) - head
    tail = min(most, _shared(zip(reversed(old), reversed(new), strict=False)))
    a, b = old[head : len(old) - tail], new[head : len(new) - tail]
    yield from ((SAME, token) for token in old[:head])
    yield from _steps(a, b)
    yield from ((SAME, token) for token in old[len(old) - tail :])


def _shared(pairs: Iterable[tuple[str, str]]) -> int:
    number = 0
    for one, other in pairs:
        if one != other:
            break
        number += 1
    return number


def _steps(a: list[str], b: list[str]) -> list[tuple[str, str]]:
    """Return the edits from a to b with the tokens that stay; all of it where it is too much."""
    trace = _trace(a, b)
    if trace is None:
        return [(REMOVED, token) for token in a] + [(ADDED, token) for token in b]
    steps: list[tuple[str, str]] = []
    x, y = len(a), len(b)
    for edits in range(len(trace) - 1, -1, -1):
        reached, k = trace[edits], x - y
        down = _goes_down(reached, k, edits)
        before = k + 1 if down else k - 1
        from_x = reached.get(before, 0) if edits else 0
        from_y = from_x - before if edits else 0
        while x > from_x and y > from_y and (edits == 0 or x > from_x + (not down)):
            x, y = x - 1, y - 1
            steps.append((SAME, a[x]))
        if edits:
            steps.append((ADDED, b[from_y]) if down else (REMOVED, a[from_x]))
        x, y = from_x, from_y
    return steps[::-1]


def _trace(a: list[str], b: list[str]) -> list[dict[int, int]] | None:
    """Return, by number of edits, how far each diagonal was reached before; None beyond MOST."""
    reached = {1: 0}
    trace = []
    for edits in range(min(len(a) + len(b), MOST) + 1):
        trace.append(dict(reached))
        for k in range(-edits, edits + 1, 2):
            down = _goes_down(reached, k, edits)
            x = reached.get(k + 1, 0) if down else reached[k - 1] + 1
            while x < len(a) and 0 <= x - k < len(b) and a[x] == b[x - k]:
                x += 1
            reached[k] = x
            if x >= len(a) and x - k >= len(b):
                return trace
    return None


def _goes_down(reached: dict[int, int], k: int, edits: int) -> bool:
    return k == -edits or (k != edits and reached.get(k - 1, -1) < reached.get(k + 1, -1))
