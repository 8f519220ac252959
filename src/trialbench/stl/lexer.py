"""A formula's tokens. A number's token carries its unit, which only the word after it can tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from lark import Token
from lark.lexer import Lexer

from trialbench.errors import FormulaError
from trialbench.stl.syntax import KEYWORDS, NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST: Final = 100
"""How many levels a formula may nest: people write ten, and each level costs stack."""
LONGEST: Final = 100_000
"""How many characters a formula may have."""

_PIECE = r"(?:[^\W\d_]|[%‰°℃℉％\u3380-\u33df²³⁻¹])+(?:(?:\^|\*\*)?-?\d+)?"
TOKEN: Final = re.compile(
    rf"""(?P<skip>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
     (?:[ \t]*(?P<unit>1/{_PIECE}|{_PIECE}(?:[/*·]{_PIECE})*))?
    |(?P<name>{NAME.pattern})
    |`(?P<quoted>[^`\n]+)`
    |(?P<sign><->|->|<=|>=|!==|!=|==|[-+*/()\[\]:,;=<>!&|])""",
    re.VERBOSE | re.DOTALL,
)
_SIGNS: Final = {
    "<->": ("IFF", "iff"), "->": ("IMPLIES", "->"), "<=": ("COMPARISON", "<="), ">=": ("COMPARISON", ">="),
    "!==": ("COMPARISON", "!="), "!=": ("COMPARISON", "!="), "==": ("COMPARISON", "=="), "<": ("COMPARISON", "<"),
    ">": ("COMPARISON", ">"), "-": ("MINUS", "-"), "+": ("PLUS", "+"), "*": ("TIMES", "*"), "/": ("DIVIDE", "/"),
    "(": ("LPAR", "("), ")": ("RPAR", ")"), "[": ("LSQB", "["), "]": ("RSQB", "]"), ":": ("COLON", ":"),
    ",": ("COMMA", ","), ";": ("SEMICOLON", ";"), "=": ("EQUALS", "="), "!": ("NOT", "not"), "&": ("AND", "and"),
    "|": ("OR", "or"),
}  # fmt: skip
_WORDS: Final = {word: (meaning.upper(), meaning) for word, meaning in KEYWORDS.items()}
_WORDS["implies"] = ("IMPLIES", "->")


class FormulaLexer(Lexer):  # lark gives a lexer of one's own the text alone, whatever its base says
    """What lark asks for tokens; each token's value is the operator, the name, or (number, unit)."""

    def __init__(self, conf: object) -> None:
        pass

    def lex(self, text: str) -> Iterator[Token]:  # type: ignore[override]
        """The tokens, in order, each with its offset.

        Raises `FormulaError` at what is no token, and where parentheses nest too deep.
        """
        at = open_ = 0
        while at < len(text):
            match = TOKEN.match(text, at)
            if match is None:
                raise FormulaError(f"{place(text, at)}: {text[at]!r} has no meaning in a formula")
            kind, value, stop = _token(match, text)
            if kind == "LPAR":
                open_ += 1
                if open_ > DEEPEST:
                    raise FormulaError(f"{place(text, at)}: more than {DEEPEST} parentheses deep")
            elif kind == "RPAR":
                open_ -= 1
            if kind:
                yield Token(kind, value, at)
            at = stop


def _token(match: re.Match[str], text: str) -> tuple[str, Any, int]:
    """The token's kind (empty for space and comments), its value and where it stops."""
    sort, stop = match.lastgroup, match.end()
    if sort == "name":
        word = match["name"]
        return *_WORDS.get(word, ("NAME", word)), stop
    if sort == "sign":
        return *_SIGNS[match["sign"]], stop
    if sort == "quoted":
        return "NAME", match["quoted"], stop
    if sort == "skip":
        return "", None, stop
    unit = match["unit"] or ""
    # `x > 3 U y > 2`: an operator, not a unit; but `5 min` is minutes, and `min(` is a function.
    if unit in KEYWORDS and not (unit == "min" and text[stop : stop + 1] != "("):
        unit, stop = "", match.end("number")
    return "NUMBER", (match["number"], unit), stop


def place(text: str, at: int) -> str:
    """Where an offset lies, as people count: from one."""
    line = text.count("\n", 0, at) + 1
    return f"line {line}, column {at - text.rfind(chr(10), 0, at)}"
