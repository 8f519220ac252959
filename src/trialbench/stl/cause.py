"""What decided a verdict, as whoever wrote the formula knows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trialbench.stl.dimensions import unit_of
from trialbench.stl.syntax import Comparison, Formula, Term, children, names
from trialbench.units import readable


@dataclass(frozen=True, slots=True)
class Cause:
    """The atomic part of a formula that decided, as it was written, and the unit of its margin."""

    node: Formula
    unit: str

    @property
    def text(self) -> str:
        """The part's text."""
        return str(self.node)

    @property
    def signals(self) -> tuple[str, ...]:
        """The signals in it, by name."""
        return tuple(sorted(names(self.node)))


def written(part: Formula, judged: Formula, asked: Formula, units: Mapping[str, str]) -> Cause:
    """The cause for a part of the formula as it is judged, its units brought together."""
    pairs = zip(_parts(judged), _parts(asked), strict=True)
    node = next(origin for one, origin in pairs if one is part)
    return Cause(node, readable(unit_of(node, units)))


def _parts(formula: Formula) -> Iterator[Formula]:
    """The formula and every one in it, down to the comparisons: units change nothing above those."""
    yield formula
    if not isinstance(formula, Comparison | Term):
        for child in children(formula):
            yield from _parts(child)
