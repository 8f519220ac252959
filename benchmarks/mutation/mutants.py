"""The mutants of a module: its source with one small change each, as somebody might get it wrong."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

COMPARISONS = {
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.Is: ("is", "is not"), ast.IsNot: (r"is\s+not", "is"),
    ast.In: ("in", "not in"), ast.NotIn: (r"not\s+in", "in"),
}  # fmt: skip
"""What stands in the source, as a regular expression, and what it becomes."""
NAMES = {"any": "all", "all": "any", "min": "max", "max": "min"}
NEVER_FIRES = ("strict",)
"""Keywords that assert what cannot happen: to drop one changes nothing that a test could see."""


@dataclass(frozen=True)
class Mutant:
    """One change: `kind` says which, `function` where it lies, `source` is the whole module with it.

    `diff` tells the changed lines, the old with -, the new with +.
    """

    path: Path
    line: int
    kind: str
    function: str
    source: str
    diff: str


def mutants(path: Path, text: str) -> list[Mutant]:
    """Every mutant of the module, in the order of the source; each is valid Python and differs from it."""
    tree, source = ast.parse(text), _Source(text)
    same, found = ast.dump(tree), []
    for node, function in _walk(tree, ""):
        for kind, begin, end, new in (*_of_expression(node, source), *_of_statement(node, source)):
            changed = text[:begin] + new + text[end:]
            try:
                differs = ast.dump(ast.parse(changed)) != same
            except SyntaxError:
                continue
            if differs:
                line = text.count("\n", 0, begin) + 1
                found.append(Mutant(path, line, kind, function, changed, _diff(text, changed)))
    return sorted(found, key=lambda one: (one.line, one.kind))


def _diff(old: str, new: str) -> str:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm="")
    return "\n".join(line for line in list(lines)[2:] if not line.startswith("@@"))


def _walk(node: ast.AST, function: str) -> Iterator[tuple[ast.AST, str]]:
    """The nodes that run, each with the name of the function around it.

    Not: annotations, decorators, strings with values in them (their positions are wrong before
    Python 3.12), imports for types alone, assertions (they say what cannot happen).
    """
    if isinstance(node, ast.JoinedStr | ast.Assert | ast.Import | ast.ImportFrom):
        return
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        function = node.name
    yield node, function
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _walk(child, function)


Change = tuple[str, int, int, str]
"""What kind it is, and the characters [from, to) of the source that become another text."""


def _of_expression(node: ast.AST, source: _Source) -> Iterator[Change]:
    match node:
        case ast.Compare():
            yield from _comparisons(node, source)
        case ast.BoolOp():
            yield "and/or", *source.place(node), _junction(node, source)
        case ast.Name(id=name) if name in NAMES:
            yield "any/all, min/max", *source.place(node), NAMES[name]
        case ast.Constant(value=int(value)) if not isinstance(value, bool):
            for near in (value - 1, value + 1):
                yield "bound", *source.place(node), str(near) if near >= 0 else f"({near})"
        case ast.Call(keywords=keywords):
            for keyword in keywords:
                if keyword.arg and keyword.arg not in NEVER_FIRES:
                    begin, end = source.place(keyword)
                    comma = re.compile(r"\s*,").match(source.text, end)
                    yield "keyword", begin, comma.end() if comma else end, ""


def _of_statement(node: ast.AST, source: _Source) -> Iterator[Change]:
    match node:
        case (
            ast.If(test=test)
            | ast.IfExp(test=test)
            | ast.While(test=test)
            | ast.comprehension(ifs=[test, *_])
        ):
            begin, end = source.place(test)
            yield "condition", begin, end, f"not ({source.text[begin:end]})"
        case ast.Raise():
            yield "raise", *source.place(node), "pass"
        case ast.Expr(value=ast.Call()):
            yield "call", *source.place(node), "pass"
        case ast.Return(value=ast.expr() as value):
            yield "return", *source.place(value), "None"


def _comparisons(node: ast.Compare, source: _Source) -> Iterator[Change]:
    """Each of `a < b < c` with another operator."""
    places = [source.place(one) for one in (node.left, *node.comparators)]
    for operator, ((_, begin), (end, _)) in zip(node.ops, pairwise(places), strict=True):
        old, new = COMPARISONS[type(operator)]
        yield "comparison", begin, end, re.sub(old, new, source.text[begin:end], count=1)


def _junction(node: ast.BoolOp, source: _Source) -> str:
    """The operands joined the other way, in parentheses: `or` binds less than `and`."""
    old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
    places = [source.place(value) for value in node.values]
    text = source.text[slice(*places[0])]
    for (_, end), (begin, stop) in pairwise(places):
        between = re.sub(rf"\b{old}\b", new, source.text[end:begin], count=1)
        text += between + source.text[begin:stop]
    return f"({text})"


class _Source:
    """A module's text, in which the places of nodes are found."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.starts = [0, *accumulate(len(line) + 1 for line in self.lines)]

    def place(self, node: ast.expr | ast.stmt | ast.keyword) -> tuple[int, int]:
        """The characters [from, to) of the node."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return (
            self._offset(node.lineno, node.col_offset),
            self._offset(node.end_lineno, node.end_col_offset),
        )

    def _offset(self, line: int, column: int) -> int:
        """The character at a line and a column, which `ast` counts in bytes of UTF-8."""
        before = self.lines[line - 1].encode()[:column]
        return self.starts[line - 1] + len(before.decode())
