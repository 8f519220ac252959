"""What `make mutate` changes, and that it looks where the code is."""

from __future__ import annotations

import ast
from pathlib import Path

from benchmarks.mutation.modules import PATTERNS, modules, which_tests
from benchmarks.mutation.mutants import mutants

TOP = Path(__file__).parents[1]
SOURCE = '''\
LONGEST: int = 10


def judge(名: str, *, limit: int = LONGEST) -> bool:
    """At most `limit`."""
    if len(名) > limit and not 名:
        raise ValueError(f"{limit + 1}")
    check(名, whole=True, strict=True)
    return any(c is None for c in 名)
'''


def changes() -> list[tuple[str, str]]:
    """The kind of each mutant, and the line as it makes it."""
    return [(one.kind, one.diff.splitlines()[-1]) for one in mutants(Path("m.py"), SOURCE)]


def test_each_change_is_one_that_somebody_could_get_wrong() -> None:
    assert changes() == [
        ("bound", "+LONGEST: int = 9"),
        ("bound", "+LONGEST: int = 11"),
        ("and/or", "+    if (len(名) > limit or not 名):"),
        ("comparison", "+    if len(名) >= limit and not 名:"),
        ("condition", "+    if not (len(名) > limit and not 名):"),
        ("raise", "+        pass"),
        ("call", "+    pass"),
        ("keyword", "+    check(名,  strict=True)"),
        ("any/all, min/max", "+    return all(c is None for c in 名)"),
        ("comparison", "+    return any(c is not None for c in 名)"),
        ("return", "+    return None"),
    ]


def test_a_mutant_is_python_and_says_where_it_lies() -> None:
    for mutant in mutants(Path("m.py"), SOURCE):
        ast.parse(mutant.source)
        assert mutant.function == ("judge" if mutant.line > 3 else "")
        old = mutant.diff.splitlines()[0].removeprefix("-")
        assert SOURCE.splitlines()[mutant.line - 1] == old


def test_each_pattern_finds_modules_and_each_module_has_tests() -> None:
    """Where a module moved, its pattern in `benchmarks/mutation/modules.py` moves with it."""
    for pattern in PATTERNS:
        assert list(TOP.glob(pattern)), pattern
    for module in modules(TOP):
        assert which_tests(TOP, module, ""), module


def test_the_tests_that_name_the_function_come_first() -> None:
    first, *_ = which_tests(TOP, Path("src/trialbench/verdict.py"), "clopper_pearson_lower")
    assert first == "tests/trialbench/test_verdict.py"


def test_the_metrics_are_tried_by_tests_that_ask_for_one_by_its_name() -> None:
    likely = which_tests(TOP, Path("src/trialbench/metrics.py"), "_recall")[:3]
    assert "tests/trialbench/test_vacuous.py" in likely


def test_who_may_do_what_is_also_asked_of_the_matrix() -> None:
    last = which_tests(TOP, Path("src/jointlab/parties/access.py"), "rights")[-1]
    assert last == "tests/test_permissions.py"
