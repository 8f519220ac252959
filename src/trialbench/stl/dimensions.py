"""Units in formulas: checked, and brought to those of the signals by writing the factors out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from trialbench.errors import UnitError
from trialbench.stl.syntax import (
    Binding,
    Call,
    Comparison,
    Conditional,
    Edge,
    Formula,
    Junction,
    Name,
    Negative,
    Not,
    Number,
    Operation,
    Temporal,
    Term,
    Truth,
)  # fmt: skip
from trialbench.units import conversion, converted, difference, is_rounded, names_no_unit

_FREE: Final = ""
"""The unit of a bare number, which takes that of what it meets."""
_RATIO: Final = "1"
"""The unit of a quotient of two that measure the same: 50 % of it is 0.5."""
_DELTA: Final = "delta_"
"""How the unit of a difference of temperatures begins (`trialbench.units.difference`)."""


def with_units(formula: Formula, units: Mapping[str, str]) -> Formula:
    """The formula with every literal in the unit of what it meets, and mixed units brought together.

    `units` gives each signal's unit; one that is absent or "" is taken to fit. The result carries
    no units any more. Raises `UnitError` where dimensions differ, quoting the part of the formula.
    """
    return _Units(units).formula(formula)


def unit_of(node: Formula, units: Mapping[str, str]) -> str:
    """The unit of an expression, or of a comparison's margin; empty where there is none.

    A quotient of two that measure the same is in "1". Raises `UnitError`.
    """
    found = _Units(units)
    if isinstance(node, Comparison):
        return difference(found.compared(node)[1])
    return found.term(node)[1] if isinstance(node, Term) else _FREE


@dataclass(frozen=True, slots=True)
class _Units:
    units: Mapping[str, str]

    def formula(self, node: Formula) -> Formula:
        match node:
            case Truth():
                return node
            case Comparison(operator=operator):
                (left, right), _ = self.compared(node)
                return Comparison(operator, left, right)
            case Not(arg=arg):
                return Not(self.formula(arg))
            case Junction(operator=operator, args=args):
                return Junction(operator, tuple(map(self.formula, args)))
            case Conditional(operator=operator, left=left, right=right):
                return Conditional(operator, self.formula(left), self.formula(right))
            case Temporal(operator=operator, interval=interval, arg=arg):
                return Temporal(operator, interval, self.formula(arg))
            case Binding(operator=operator, interval=interval, left=left, right=right):
                return Binding(operator, interval, self.formula(left), self.formula(right))
            case Edge(kind=kind, arg=arg):
                return Edge(kind, self.formula(arg))
        assert isinstance(node, Term)  # noqa: S101 - the rest
        return self.term(node)[0]

    def compared(self, node: Comparison) -> tuple[list[Term], str]:
        """Both sides in one unit, and that."""
        sides = [self.term(node.left), self.term(node.right)]
        return _met(node, [node.left, node.right], sides)

    def term(self, node: Term) -> tuple[Term, str]:
        """The term without units inside, and its unit."""
        match node:
            case Number(value=value, unit=unit):
                return Number(value), _unit_or_free(unit)
            case Name(name=name):
                return node, _unit_or_free(self.units.get(name, _FREE))
            case Negative(arg=arg):
                inner, unit = self.term(arg)
                return Negative(inner), unit
            case Call(function=function, args=args):
                terms, unit = _met(node, args, [self.term(arg) for arg in args])
                return Call(function, tuple(terms)), _root(unit) if function == "sqrt" else unit
        assert isinstance(node, Operation)  # noqa: S101 - the rest
        return self._operation(node)

    def _operation(self, node: Operation) -> tuple[Term, str]:
        sides = [self.term(node.left), self.term(node.right)]
        (left, unit), (right, other) = sides
        if node.operator == "*":
            return Operation("*", left, right), _product(unit, other)
        if node.operator == "/" and not (other and _alike(unit, other)):
            return Operation("/", left, right), _quotient(unit, other)
        point = _moved(node, sides)
        if point is not None:
            target, step = sides[point][1], 1 - point
            term, unit = sides[step]
            sides[step] = _in_unit(node, term, difference(unit), difference(target)), target
            return Operation(node.operator, sides[0][0], sides[1][0]), target
        (left, right), unit = _met(node, [node.left, node.right], sides)
        if node.operator == "/":
            unit = _RATIO
        elif node.operator == "-":
            unit = difference(unit)
        return Operation(node.operator, left, right), unit


def _moved(node: Operation, sides: list[tuple[Term, str]]) -> int | None:
    """Which side of a sum is a temperature that the other moves; None where neither is.

    What moves it is a difference: one of two temperatures, a literal that is added, and a literal in
    K that is taken away. `t - 20 degC` is how far t is from 20 °C.
    """
    units = [unit for _, unit in sides]
    if "" in units or node.operator not in "+-":
        return None
    order = (0,) if node.operator == "-" else (0, 1) if _has_zero(units[0]) else (1, 0)
    for point in order:
        unit, written = units[1 - point], (node.right, node.left)[point]
        is_step = _is_difference(unit) or (
            _literal(written) and (node.operator == "+" or not _has_zero(unit))
        )
        if is_step and not _is_difference(units[point]) and any(map(_has_zero, units)):
            return point
    return None


def _has_zero(unit: str) -> bool:
    """Whether it is a temperature's unit with a zero of its own, as °C is."""
    return difference(unit) != unit


def _is_difference(unit: str) -> bool:
    return unit.startswith(_DELTA)


def _met(
    node: Formula, written: list[Term] | tuple[Term, ...], sides: list[tuple[Term, str]]
) -> tuple[list[Term], str]:
    """The terms in one unit: a measured one rather than a calculated one or that of a literal.

    A calculated one gives way to a literal's where no exact value is lost by it.
    """
    carrying = [unit for term, unit in sides if unit]
    measured = [
        unit for (_, unit), term in zip(sides, written, strict=True) if unit and not _literal(term)
    ]
    plain = [unit for unit in measured if not unit.startswith("(")]
    target = (plain or measured or carrying or [_FREE])[0]
    if measured and not plain:
        target = next((unit for unit in carrying if _says_the_same(target, unit)), target)
    if any(map(_is_difference, carrying)):
        target = difference(target)
    return [_in_unit(node, term, unit, target) for term, unit in sides], target


def _says_the_same(calculated: str, unit: str) -> bool:
    """Whether values in the one unit are as good in the other, in which somebody thinks."""
    if unit.startswith("("):
        return False
    try:
        return conversion(calculated, unit) == (1, 0) or is_rounded(calculated, unit)
    except UnitError:
        return False


def _literal(term: Term) -> bool:
    return isinstance(term, Number)


def _in_unit(node: Formula, term: Term, unit: str, target: str) -> Term:
    if unit in (_FREE, target):
        return term
    if _is_difference(target):
        unit = difference(unit)
    try:
        if isinstance(term, Number):
            return Number(converted(term.value, unit, target))
        factor, offset = conversion(unit, target)
    except UnitError as error:
        raise UnitError(f"{error}, in {str(node)!r}") from None
    scaled = term if factor == 1 else Operation("*", term, Number(factor))
    return Operation("+", scaled, Number(offset)) if offset else scaled


def _alike(unit: str, other: str) -> bool:
    """Whether the two measure the same."""
    try:
        conversion(other, unit)
    except UnitError:
        return False
    return bool(unit)


def _unit_or_free(unit: str) -> str:
    return _FREE if names_no_unit(unit) else unit.strip()


# A calculated unit is written with brackets, by which `trialbench.units` knows that it is one.


def _product(unit: str, other: str) -> str:
    parts = [part for part in (unit, other) if part not in (_FREE, _RATIO)]
    return f"({parts[0]})*({parts[1]})" if len(parts) == 2 else "".join(parts)


def _quotient(unit: str, other: str) -> str:
    return unit if other in (_FREE, _RATIO) else f"({unit or _RATIO})/({other})"


def _root(unit: str) -> str:
    return unit if unit in (_FREE, _RATIO) else f"({unit})**0.5"
