"""Which modules are mutated, and which tests concern a module."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

BENCH = (
    "verdict.py", "judg*.py", "summary.py", "metrics.py", "dsse.py", "container.py",
    "stl/verdict.py", "stl/explain.py", "stl/robust.py", "stl/occurrences.py",
    "protocol/**/*.py", "evidence/**/*.py", "report/sentences.py",
)  # fmt: skip
"""The path of a verdict, from the formula's bounds to the signed statement."""
PLATFORM = ("**/services.py", "**/services/**/*.py", "**/access*.py")
PATTERNS = (
    *(f"src/trialbench/{pattern}" for pattern in BENCH),
    *(f"src/jointlab/{pattern}" for pattern in PLATFORM),
)
COMPILED = "import kernel"
"""Of compiled code only the machine code in the cache runs, which may be older than the source."""
BROWSER = ("story", "demo")
"""Rooms whose tests take minutes, and repeat what the others test."""


def modules(top: Path, only: str = "") -> list[Path]:
    """The modules to mutate, relative to the checkout `top`, whose path has `only` in it."""
    found = {path.relative_to(top) for pattern in PATTERNS for path in top.glob(pattern)}
    return sorted(
        path for path in found
        if only in path.as_posix() and COMPILED not in (top / path).read_text("utf-8")
    )  # fmt: skip


def which_tests(top: Path, module: Path, function: str) -> list[str]:
    """The test files that concern the module, those first that most likely see a change in `function`.

    Those of its room (`tests/ROOM` of `src/jointlab/ROOM`, `tests/trialbench/ROOM` of
    `src/trialbench/ROOM`); those elsewhere that import it, or that in the bench use a name of it;
    and for who may do what the matrix of everybody at every address.
    """
    source = (top / module).read_text("utf-8")
    # `_f1` is offered as "f1": tests ask for it by the name that it has in a table.
    offered = set(re.findall(r"^(?:def|class) _?([a-zA-Z]\w+)", source, re.MULTILINE))
    dotted = ".".join(module.with_suffix("").parts[1:]).removesuffix(".__init__")
    ranked = []
    for path in sorted((top / "tests").glob("*/**/test_*.py")):
        relative, (text, words) = path.relative_to(top), _read(path)
        imports = _imports(text, dotted)
        alike = any(name.strip("_") in path.stem for name in (*module.parts[2:-1], module.stem))
        rank = (function.strip("_") in words, 2 * imports + alike, len(words & offered))
        if imports or _is_of_room(module, relative) or (_is_beside(module, relative) and any(rank)):
            ranked.append(([-one for one in rank], relative.as_posix()))
    tests = [path for _, path in sorted(ranked)]
    if module.stem.startswith(("access", "policy")):
        tests.append("tests/test_permissions.py")
    return tests


@cache
def _read(test: Path) -> tuple[str, frozenset[str]]:
    """The text of a test file, and the words in it."""
    text = test.read_text("utf-8")
    return text, frozenset(re.findall(r"\w+", text))


def _is_of_room(module: Path, test: Path) -> bool:
    """Whether the test lies in the folder of the module's room."""
    package, room = module.parts[1:3]
    folder = ("tests", "trialbench", room) if package == "trialbench" else ("tests", room)
    return test.parts[: len(folder)] == folder and room not in BROWSER


def _is_beside(module: Path, test: Path) -> bool:
    """Whether both are the bench's, and the test in none of its rooms."""
    return module.parts[1] == "trialbench" and test.parts[1:-1] == ("trialbench",)


def _imports(text: str, dotted: str) -> bool:
    package, _, name = dotted.rpartition(".")
    return bool(
        re.search(rf"\b{re.escape(dotted)}\b", text)
        or re.search(rf"from {re.escape(package)} import [^\n]*\b{name}\b", text)
    )
