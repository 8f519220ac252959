"""The syntax tree of a formula: frozen values, no state; `str()` gives text that parses back to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import gcd
from typing import Final, TypeVar, dataclass_transform

from trialbench.signal import NS

KEYWORDS: Final = {
    "always": "always", "G": "always", "historically": "historically", "H": "historically",
    "once": "once", "O": "once", "eventually": "eventually", "F": "eventually",
    "since": "since", "S": "since", "until": "until", "U": "until", "not": "not", "and": "and",
    "or": "or", "implies": "implies", "iff": "iff", "xor": "xor", "rise": "rise", "fall": "fall",
    "abs": "abs", "min": "min", "max": "max", "sqrt": "sqrt", "true": "true", "TRUE": "true",
    "false": "false", "FALSE": "false", "inf": "inf",
}  # fmt: skip
"""Every word with a meaning of its own, and the operator that it stands for."""

TIME_UNITS: Final = {
    "s": NS, "ms": 1_000_000, "us": 1_000, "µs": 1_000, "μs": 1_000, "ns": 1, "min": 60 * NS, "h": 3600 * NS,
}  # fmt: skip
"""Nanoseconds in each unit that an interval may carry (µ is two characters in Unicode)."""

FUTURE: Final = frozenset({"always", "eventually", "until"})
"""The temporal operators that look ahead; the others look back."""


NAME: Final = re.compile(r"(?!\d)[\w$]+(?:\.[\w$]+)*")


class Formula:
    """Any node: what is true or false at an instant. A bare number is true where it is positive."""

    __slots__ = ("_hash",)
    _hash: int

    def __str__(self) -> str:
        return _text(self, 0)


class Term(Formula):
    """A node whose value is a number."""

    __slots__ = ()


_F = TypeVar("_F", bound=Formula)


@dataclass_transform(frozen_default=True)
def _node(cls: type[_F]) -> type[_F]:
    """A frozen dataclass hashed once, not once more for every cache that is asked about it."""
    made = dataclass(frozen=True, slots=True)(cls)
    from_fields = made.__hash__

    def once(self: _F) -> int:
        try:
            return self._hash
        except AttributeError:
            object.__setattr__(self, "_hash", from_fields(self))
            return self._hash

    made.__hash__ = once  # type: ignore[method-assign, assignment]
    return made


@dataclass(frozen=True, slots=True)
class Interval:
    """The closed window [lo_ns, hi_ns] in nanoseconds from the instant; `hi_ns` None has no end."""

    lo_ns: int
    hi_ns: int | None

    def __str__(self) -> str:
        upper = "inf" if self.hi_ns is None else _duration(self.hi_ns)
        return f"[{_duration(self.lo_ns)}:{upper}]"


@_node
class Number(Term):
    """A literal, with the unit that stood behind it."""

    value: float
    unit: str = ""


@_node
class Name(Term):
    """A signal's name."""

    name: str


@_node
class Negative(Term):
    """`-x` of what is no literal."""

    arg: Term


@_node
class Operation(Term):
    """Two terms and one of `+ - * /`."""

    operator: str
    left: Term
    right: Term


@_node
class Call(Term):
    """`abs`, `sqrt` of one term, `min`, `max` of two or more."""

    function: str
    args: tuple[Term, ...]


@_node
class Truth(Formula):
    """`true` or `false`."""

    value: bool


@_node
class Comparison(Formula):
    """Two terms and one of `< <= > >= == !=`."""

    operator: str
    left: Term
    right: Term


@_node
class Not(Formula):
    """`not arg`."""

    arg: Formula


@_node
class Junction(Formula):
    """`and` or `or` of two or more; one inside another of its kind is one with it."""

    operator: str
    args: tuple[Formula, ...]

    def __post_init__(self) -> None:
        flat: list[Formula] = []
        for arg in self.args:
            same = isinstance(arg, Junction) and arg.operator == self.operator
            flat.extend(arg.args if same and isinstance(arg, Junction) else (arg,))
        object.__setattr__(self, "args", tuple(flat))


@_node
class Conditional(Formula):
    """`->`, `iff` or `xor` between two formulas."""

    operator: str
    left: Formula
    right: Formula


@_node
class Temporal(Formula):
    """`always`, `eventually`, `historically` or `once`; without an interval over the recording."""

    operator: str
    interval: Interval | None
    arg: Formula


@_node
class Binding(Formula):
    """`until` or `since` between two formulas."""

    operator: str
    interval: Interval | None
    left: Formula
    right: Formula


@_node
class Edge(Formula):
    """`rise(arg)`: true now and false one nanosecond before; `fall` the other way round."""

    kind: str
    arg: Formula


def negative(term: Term) -> Term:
    """`-term`, folded into a literal where it is one."""
    return Number(-term.value, term.unit) if isinstance(term, Number) else Negative(term)


def is_name(text: str) -> bool:
    """Whether a signal's name can stand without backquotes."""
    return NAME.fullmatch(text) is not None and text not in KEYWORDS


def children(node: Formula) -> tuple[Formula, ...]:
    """The nodes right below this one, from left to right."""
    match node:
        case Number() | Name() | Truth():
            return ()
        case Junction(args=args) | Call(args=args):
            return args
        case Operation() | Comparison() | Conditional() | Binding():
            return node.left, node.right
        case Negative() | Not() | Temporal() | Edge():
            return (node.arg,)
    raise TypeError(f"{type(node).__name__} is no formula")


def walk(formula: Formula) -> Iterator[tuple[Formula, int]]:
    """Every node and how deep it lies, the root at 1; no recursion, so that any depth may be measured."""
    waiting = [(formula, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting.extend((child, depth + 1) for child in reversed(children(node)))


@dataclass(frozen=True, slots=True)
class Facts:
    """What must be known of a formula before it is judged.

    `ahead` and `back` are how far its windows look, in nanoseconds and all together; `tick` divides
    every window's begin and end; `endless` whether one of them has no end, `edged` whether an edge is
    in it; `has_units` whether a literal carries a unit.
    """

    names: frozenset[str]
    ahead: int
    back: int
    tick: int
    endless: bool
    edged: bool
    has_units: bool

    @property
    def reach(self) -> int:
        """How far it looks both ways together."""
        return self.ahead + self.back


@lru_cache(maxsize=1024)
def facts(formula: Formula) -> Facts:
    """The facts, in one walk."""
    found: set[str] = set()
    ahead = back = tick = 0
    endless = edged = has_units = False
    for node, _ in walk(formula):
        match node:
            case Name(name=name):
                found.add(name)
            case Number(unit=unit):
                has_units = has_units or bool(unit)
            case Edge():
                edged = True
            case Temporal(interval=interval) | Binding(interval=interval):
                near, far = (interval.lo_ns, interval.hi_ns) if interval else (0, None)
                endless = endless or far is None
                farthest = near if far is None else far
                tick = gcd(tick, near, farthest)
                if node.operator in FUTURE:
                    ahead += farthest
                else:
                    back += farthest
    return Facts(frozenset(found), ahead, back, tick, endless, edged, has_units)


def names(formula: Formula) -> frozenset[str]:
    """The signals that the formula reads."""
    return frozenset(node.name for node, _ in walk(formula) if isinstance(node, Name))


# How tightly each operator binds: RTAMT's order.
OPERATORS: Final = frozenset("+-*/")
BINDS: Final = {
    "xor": 1, "iff": 2, "->": 3, "or": 4, "and": 5, "since": 6, "until": 7,
    "<": 9, "<=": 9, ">": 9, ">=": 9, "==": 9, "!=": 9, "+": 10, "-": 10, "*": 11, "/": 11,
}  # fmt: skip
_PREFIX, _SIGN, _ATOM = 8, 12, 13


def _text(node: Formula, outer: int) -> str:
    """The node's text, in parentheses where it binds looser than `outer`."""
    binds, text = _written(node)
    return text if binds >= outer else f"({text})"


def _written(node: Formula) -> tuple[int, str]:
    match node:
        case Number(value=value, unit=unit):
            sign = _SIGN if str(value).startswith("-") else _ATOM
            return sign, f"{_number(value)} {unit}".rstrip()
        case Name(name=name):
            return _ATOM, name if is_name(name) else f"`{name}`"
        case Truth(value=value):
            return _ATOM, "true" if value else "false"
        case Call(function=function, args=args):
            return _ATOM, f"{function}({', '.join(map(str, args))})"
        case Edge(kind=kind, arg=arg):
            return _ATOM, f"{kind}({arg})"
        case Negative(arg=arg):
            return _SIGN, f"-{_text(arg, _SIGN)}"
        case Not(arg=arg):
            return _PREFIX, f"not {_text(arg, _PREFIX)}"
        case Temporal(operator=operator, interval=interval, arg=arg):
            return _PREFIX, f"{operator}{interval or ''}({arg})"
        case Junction(operator=operator, args=args):
            binds = BINDS[operator]
            return binds, f" {operator} ".join(_text(arg, binds + 1) for arg in args)
    return _between(node)


def _between(node: Formula) -> tuple[int, str]:
    """An operator between two operands: left-associative, except comparisons, which do not chain."""
    assert isinstance(node, Operation | Comparison | Conditional | Binding)  # noqa: S101 - the rest
    binds = BINDS[node.operator]
    window = (node.interval or "") if isinstance(node, Binding) else ""
    left = _text(node.left, binds + isinstance(node, Comparison))
    return binds, f"{left} {node.operator}{window} {_text(node.right, binds + 1)}"


def _number(value: float) -> str:
    return repr(value).removesuffix(".0")


def _duration(ns: int) -> str:
    """The duration in its largest unit that keeps it whole."""
    if ns == 0:
        return "0"
    unit = next(unit for unit in ("s", "ms", "us", "ns") if ns % TIME_UNITS[unit] == 0)
    return f"{ns // TIME_UNITS[unit]}{unit}"
