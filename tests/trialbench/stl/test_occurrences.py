"""How often the left side of an implication held: counted, against the definition, and of which shapes."""

import numpy as np
import pytest
from hypothesis import given

from tests.trialbench.stl.formulas import formulas, traces
from tests.trialbench.stl.oracle import Oracle
from tests.trialbench.stl.test_oracle import MODERATE
from trialbench.signal import NS, Signal, Unknown
from trialbench.stl import conditions, parse, robustness, syntax

BURSTS = Signal(np.arange(10) * NS, [0, 1, 1, 0, 1, 0, 0, 1, 1, 1])
CALM = Signal([0, 9 * NS], [0.0, 0.0])


def counted(text, **signals):
    found = robustness(text, signals or {"a": BURSTS, "b": CALM, "c": CALM})
    return [(one.of, one.count) for one in found.occurrences]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("always(a > 0 -> eventually[0:1](b > 0))", [("a > 0", 3)]),
        ("always(a > 0 implies b > 0)", [("a > 0", 3)]),
        ("always(rise(a > 0) -> b > 0)", [("rise(a > 0)", 3)]),
        ("always(c > 0 -> b > 0)", [("c > 0", 0)]),
        ("always[0:3](a > 0 -> b > 0)", [("a > 0", 1)]),
        ("always[0s:3999999999ns](a > 0 -> b > 0)", [("a > 0", 1)]),
        ("always[0:4](a > 0 -> b > 0)", [("a > 0", 2)]),
        ("always[5:inf](a > 0 -> b > 0)", [("a > 0", 1)]),
        ("a > 0 -> b > 0", [("a > 0", 0)]),
        ("a < 1 -> b > 0", [("a < 1", 1)]),
        ("always(always[0:1](a > 0 -> b > 0))", [("a > 0", 3)]),
        ("always[4:4](historically[0:1](a > 0 -> b > 0))", [("a > 0", 1)]),
        ("always[4:4](historically(a > 0 -> b > 0))", [("a > 0", 2)]),
        ("always((a > 0 -> b > 0) and (c > 0 -> b > 0))", [("a > 0", 3), ("c > 0", 0)]),
        ("always(a > 0 -> b > 0) and always(c > 0 -> b > 0) and b < 1", [("a > 0", 3), ("c > 0", 0)]),
        ("always(a > 0 -> (c > 0 -> b > 0))", [("a > 0 and c > 0", 0)]),
        ("always(a > 0 -> always(c > 0 -> b > 0))", [("a > 0", 3)]),
        ("always[20:30](a > 0 -> b > 0)", [("a > 0", 0)]),
        ("always(a > 0)", []),
        ("eventually(a > 0 -> b > 0)", []),
        ("always(not (a > 0 and b > 0))", []),
        ("always((a > 0 -> b > 0) or c > 0)", []),
        ("always(a > 0 iff b > 0)", []),
    ],
)  # fmt: skip
def test_the_shapes_that_are_counted(text, found):
    assert counted(text) == found


def test_what_may_have_been_counts_for_nothing_and_parts_what_lies_around_it():
    torn = BURSTS.unknown_in([Unknown(8 * NS, 9 * NS, "gap"), Unknown(NS, 3 * NS, "gap")])
    assert counted("always(a > 0 -> b > 0)", a=torn, b=CALM) == [("a > 0", 3)]
    assert counted("always(a > 0 -> b > 0)", a=Signal([], []), b=CALM) == [("a > 0", 0)]


def test_a_condition_is_told_as_it_was_written():
    brake = Signal([0, NS], [40e5, 0.0], "Pa")
    assert counted("always(brake > 30 bar -> b < 1)", brake=brake, b=CALM) == [
        ("brake > 30 bar", 1)
    ]


def test_conditions_are_found_without_a_recording():
    (condition,) = conditions(parse("always(a -> b)"))
    assert str(condition.formula) == "a"


@given(formulas(max_leaves=3), traces())
@MODERATE
def test_the_count_is_that_of_the_definition(condition, trace):
    signals, unknown = trace
    formula = syntax.Temporal("always", None, syntax.Conditional("->", condition, syntax.Name("x")))
    result = robustness(formula, signals, unknown=unknown)
    oracle = Oracle(signals, unknown, result.start_ns, result.end_ns, truths=True)
    asked = conditions(formula)[0].formula
    instants = [t for t in oracle.steps(asked) if result.start_ns <= t <= result.end_ns]
    held = [oracle.value(asked, t)[0] > 0 for t in sorted({result.start_ns, *instants})]
    begun = sum(now and not before for before, now in zip([False, *held], held, strict=False))
    assert result.occurrences[0].count == begun
