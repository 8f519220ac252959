"""From a formula's text to its tree, and from a mistake in it to one clear line."""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from fractions import Fraction
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, NoReturn, cast

from lark import Lark, Token, Transformer, UnexpectedToken, v_args

from trialbench.errors import FormulaError
from trialbench.stl import syntax
from trialbench.stl.lexer import DEEPEST, LONGEST, TOKEN, FormulaLexer, place
from trialbench.stl.syntax import BINDS, OPERATORS, TIME_UNITS, Formula, Interval, Term

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

FARTHEST: Final = 10**18
"""The longest reach of one interval, in nanoseconds: 31 years."""


@lru_cache(maxsize=1024)
def parse(text: str) -> Formula:
    """The formula that the text writes; names are composed (Unicode's NFC), as in recordings.

    Raises `FormulaError` naming line and column, what was found there and what was expected.
    """
    text = unicodedata.normalize("NFC", text)
    if len(text) > LONGEST:
        raise FormulaError(f"a formula of {len(text)} characters: at most {LONGEST} are read")
    try:
        formula = cast("Formula", _lark().parse(text))
    except UnexpectedToken as error:
        raise FormulaError(_complaint(text, error)) from None
    except _Misplaced as error:
        raise FormulaError(f"{place(text, error.at)}: {error}") from None
    if max(depth for _, depth in syntax.walk(formula)) > DEEPEST:
        raise FormulaError(f"line 1, column 1: the formula nests more than {DEEPEST} levels deep")
    return formula


class _Misplaced(Exception):  # noqa: N818 - it never leaves this module
    """A mistake that the grammar does not see, at an offset of the text."""

    def __init__(self, at: int, message: str) -> None:
        super().__init__(message)
        self.at = at


@cache
def _lark() -> Lark:
    grammar = resources.files("trialbench.stl").joinpath("grammar.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", lexer=FormulaLexer, transformer=_Builder())


def _number(token: Token, what: str) -> Term:
    text, unit = token.value
    value = float(text)
    if math.isinf(value):
        _refuse(token, f"{text} is too large for {what}")
    return syntax.Number(value, unit)


def _refuse(token: Token, message: str) -> NoReturn:
    raise _Misplaced(token.start_pos or 0, message)


def _term(node: Formula, token: Token) -> Term:
    if not isinstance(node, Term):
        _refuse(token, f"{token.value!r} takes numbers, but {str(node)!r} is true or false")
    return node


def _reduce(operands: list[Formula], token: Token, interval: Interval | None) -> None:
    """Put the last two operands together."""
    right, left = operands.pop(), operands.pop()
    operator = token.value
    made: Formula
    if operator in OPERATORS:
        made = syntax.Operation(operator, _term(left, token), _term(right, token))
    elif operator in ("and", "or"):
        made = syntax.Junction(operator, (left, right))
    elif operator in ("until", "since"):
        made = syntax.Binding(operator, interval, left, right)
    else:
        made = syntax.Conditional(operator, left, right)
    operands.append(made)


@v_args(inline=True)
class _Builder(Transformer[Token, Formula]):
    """The tree's nodes, made as the parser reduces them."""

    def start(self, formula: Formula, *_: Token) -> Formula:
        return formula

    def inner(self, _open: Token, formula: Formula, _close: Token) -> Formula:
        return formula

    def chain(self, first: Formula, *rest: Any) -> Formula:
        """Operands with operators between them: those that bind tighter first, else from the left."""
        operands = [first]
        waiting: list[tuple[Token, Interval | None]] = []
        links = iter(rest)
        for token in links:
            link = next(links)
            interval, operand = (link, next(links)) if isinstance(link, Interval) else (None, link)
            while waiting and BINDS[waiting[-1][0].value] >= BINDS[token.value]:
                _reduce(operands, *waiting.pop())
            waiting.append((token, interval))
            operands.append(operand)
        while waiting:
            _reduce(operands, *waiting.pop())
        return operands[0]

    def negation(self, _token: Token, arg: Formula) -> Formula:
        return syntax.Not(arg)

    def temporal(self, token: Token, *rest: Any) -> Formula:
        return syntax.Temporal(token.value, rest[0] if len(rest) > 1 else None, rest[-1])

    def comparison(self, left: Formula, token: Token, right: Formula) -> Formula:
        return syntax.Comparison(token.value, _term(left, token), _term(right, token))

    def negative(self, token: Token, arg: Formula) -> Formula:
        return syntax.negative(_term(arg, token))

    def name(self, token: Token) -> Formula:
        return syntax.Name(token.value)

    def number(self, token: Token) -> Formula:
        return _number(token, "a number")

    def truth(self, token: Token) -> Formula:
        return syntax.Truth(token.value == "true")

    def edge(self, token: Token, _open: Token, arg: Formula, _close: Token) -> Formula:
        return syntax.Edge(token.value, arg)

    def call(self, token: Token, *rest: Any) -> Formula:
        return syntax.Call(token.value, tuple(_term(arg, token) for arg in rest[1::2]))

    def interval(
        self, opening: Token, lower: Any, _to: Token, upper: Any, _close: Token
    ) -> Interval:
        if lower is None:
            _refuse(opening, "an interval cannot begin at inf")
        if upper is not None and upper < lower:
            hint = " (a bare number is seconds)"
            _refuse(
                opening, f"the interval ends at {upper} ns, before it begins at {lower} ns{hint}"
            )
        return Interval(lower, upper)

    def bound(self, *tokens: Token) -> int | None:
        if len(tokens) > 1:
            _refuse(tokens[0], "an interval looks ahead or back by its operator, never by a minus")
        (token,) = tokens
        return None if token.type == "INF" else _nanoseconds(token)


def _nanoseconds(token: Token) -> int:
    text, unit = token.value
    scale = TIME_UNITS.get(unit or "s")
    if scale is None:
        near = "s ms us µs ns min h"
        _refuse(token, f"{unit!r} is no unit of time: an interval takes {near}")
    about = min(float(text), 2.0 * FARTHEST)
    short = len(text) < 40 and 1e-30 < about < FARTHEST  # a fraction of 1e99999999 never ends
    exact = Fraction(text if short else about) * scale
    if exact > FARTHEST:
        _refuse(
            token, f"{text} {unit or 's'} is longer than the 31 years that an interval may reach"
        )
    return round(exact)


_WORDS: Final = [word for word in syntax.KEYWORDS if len(word) > 2]
_OPERAND: Final = "a formula, a number or '('"
_SPOKEN: Final = {
    "RPAR": "')'", "COMMA": "','", "RSQB": "']'", "LSQB": "an interval", "COLON": "':'", "LPAR": "'('",
    "NUMBER": "a number", "INF": "'inf'", "COMPARISON": "a comparison", "PLUS": "an operator",
    "AND": "an operator", "$END": "the end",
}  # fmt: skip


def _complaint(text: str, error: UnexpectedToken) -> str:
    token = error.token
    ended = token.type == "$END"
    at = len(text.rstrip()) if ended else token.start_pos or 0
    found = "the end of the formula" if ended else repr(_found(text, at))
    expected = error.accepts or error.expected
    advice = _advice(text[:at], token, expected)
    return f"{place(text, at)}: found {found}, expected {_spoken(expected)}{advice}"


def _found(text: str, at: int) -> str:
    """The token as it was written, a number without its unit."""
    match = TOKEN.match(text, at)
    assert match is not None  # noqa: S101 - the lexer has made a token of it
    return match["number"] or match[0]


def _spoken(expected: AbstractSet[str]) -> str:
    """The expected tokens in the words of somebody who writes formulas."""
    if "NAME" in expected:
        said = [_OPERAND]
        if "LSQB" in expected:
            said.append("an interval")
    else:
        said = sorted({_SPOKEN[kind] for kind in expected if kind in _SPOKEN})
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} or {said[-1]}"


def _advice(before: str, token: Token, expected: AbstractSet[str]) -> str:
    """What most probably was meant, where that can be told."""
    if token.type == "COMPARISON" and "AND" in expected:
        return ": comparisons do not chain, join them with 'and'"
    if token.type == "EQUALS":
        return ": equality is written '==', and a formula needs no name"
    if token.type not in ("NAME", "LPAR", "LSQB"):
        return ""
    # The word before counts as well: it may have been taken for a name, or for a number's unit.
    for word in (str(token.value), *re.findall(r"[^\W\d]\w*", before)[-1:]):
        near = difflib.get_close_matches(word.lower(), _WORDS, 1, 0.7)
        if near and near[0] != word:
            return f": did you mean {near[0]!r}?"
    return ""
