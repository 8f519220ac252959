"""What of a recording could not be read, and which instants that makes unknown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialbench.signal import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Damage:
    """Something of a recording that could not be read.

    `where` names the place ("byte 4711", "line 12"), `cause` what is wrong there. Between
    `from_ns` (exclusive: the last instant known to be good, None for the recording's start) and
    `to_ns` (the first instant that is good again, None for its end) samples may have been lost, so
    every signal is unknown there.
    """

    where: str
    cause: str
    from_ns: int | None = None
    to_ns: int | None = None

    def __str__(self) -> str:
        return f"{self.where}: {self.cause}"


def lost(errors: Iterable[Damage], begin: int, end: int) -> Iterator[Unknown]:
    """What damage makes unknown of a recording from `begin` to `end`, both inclusive."""
    for damage in errors:
        first = begin if damage.from_ns is None else damage.from_ns + 1
        last = end + 1 if damage.to_ns is None else damage.to_ns
        if first < last:
            yield Unknown(first, last, "damaged")
