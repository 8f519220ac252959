"""The same specifications read and judged by RTAMT 0.4.10, where its semantics agree with ours.

RTAMT knows nothing of unknown: it fills up with ±inf, which no completion would give. So the two
are compared at the instants whose windows lie inside the recording: both bounds are its value.
"""

import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from trialbench.signal import NS, Signal
from trialbench.stl import Verdict, names, parse, robustness, syntax
from trialbench.stl.syntax import (
    Binding,
    Comparison,
    Conditional,
    Interval,
    Junction,
    Name,
    Not,
    Number,
    Operation,
    Temporal,
)  # fmt: skip

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its generated parser is of another age
    import rtamt

MODERATE = settings(max_examples=150, deadline=None)


def spelled(node):
    """The formula with every parenthesis: RTAMT's parser gives up on some formulas without."""
    match node:
        case Temporal(operator=operator, interval=interval, arg=arg):
            return f"({operator}{interval or ''} {spelled(arg)})"
        case Binding(operator=operator, interval=interval, left=left, right=right):
            return f"({spelled(left)} {operator}{interval or ''} {spelled(right)})"
        case Junction(operator=operator, args=args):
            return "(" + f" {operator} ".join(map(spelled, args)) + ")"
        case Not(arg=arg):
            return f"(not {spelled(arg)})"
        case Name() | Number():
            return f"({node})"
    return f"({spelled(node.left)} {node.operator} {spelled(node.right)})"


def monitor(kind, text):
    spec = kind()
    for name in names(parse(text)):
        spec.declare_var(name, "float")
    spec.declare_var("out", "float")
    spec.spec = f"out = {text}"
    spec.parse()
    return spec


def dense(text, signals):
    """RTAMT's dense-time robustness: its step times in seconds, and the values."""
    traces = [
        [
            name,
            [
                list(pair)
                for pair in zip((s.times_ns // NS).tolist(), s.values.tolist(), strict=True)
            ],
        ]
        for name, s in signals.items()
        if name in names(parse(text))
    ]
    told = monitor(rtamt.StlDenseTimeSpecification, text).evaluate(*traces)
    return np.array([step[0] for step in told]), np.array([step[1] for step in told], float)


def discrete(text, signals):
    """RTAMT's discrete-time robustness at every second."""
    n = max(len(s) for s in signals.values())
    data = {"time": list(range(n)), **{name: s.values.tolist() for name, s in signals.items()}}
    told = monitor(rtamt.StlDiscreteTimeSpecification, text).evaluate(data)
    return np.array([step[1] for step in told], float)


def inner(formula, times, end):
    """Which times lie so far inside that no window of the formula looks out."""
    facts = syntax.facts(formula)
    assume(
        not (facts.endless and facts.reach)
    )  # from every instant to the edge, where windows look out
    return (times >= facts.reach) & (times <= end - facts.reach)


def assert_bounds(result, at_ns, values):
    i = np.searchsorted(result.times_ns, at_ns.astype(np.int64), "right") - 1
    assert np.array_equal(result.lo[i], values)
    assert np.array_equal(result.hi[i], values)


def windows(operators, inner):
    interval = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(
        lambda pair: Interval(pair[0] * NS, (pair[0] + pair[1]) * NS)
    )
    return st.builds(Temporal, st.sampled_from(operators), interval, inner)


def specifications(timed, bindings):
    signal = st.sampled_from(["x", "y"]).map(Name)
    number = st.integers(-3, 3).map(float).map(Number)
    term = st.one_of(number, st.builds(Operation, st.sampled_from("+-*"), signal, number))
    # `==` is never above 0, unknown or not; RTAMT fills up with +inf even there.
    leaf = st.builds(Comparison, st.sampled_from(["<", "<=", ">", ">="]), signal, term)

    def grow(inner):
        choices = [
            inner.map(Not),
            st.builds(
                lambda op, a, b: Junction(op, (a, b)), st.sampled_from(["and", "or"]), inner, inner
            ),
            st.builds(Conditional, st.just("->"), inner, inner),
            st.builds(
                Temporal,
                st.sampled_from(["always", "eventually", "once", "historically"]),
                st.none(),
                inner,
            ),
            windows(timed, inner),
        ]
        if bindings:
            far = st.integers(0, 5).map(lambda s: Interval(0, s * NS))
            window = st.one_of(st.none(), far)
            choices.append(
                st.builds(Binding, st.sampled_from(["until", "since"]), window, inner, inner)
            )
        return st.one_of(*choices)

    return st.recursive(leaf, grow, max_leaves=4)


@st.composite
def recordings(draw, even):
    made = {}
    for name in ("x", "y"):
        gaps = [1] * 14 if even else draw(st.lists(st.integers(1, 3), min_size=14, max_size=14))
        values = draw(st.lists(st.integers(-4, 4), min_size=15, max_size=15))
        made[name] = Signal(NS * np.cumsum([0, *gaps]), np.array(values, float))
    return made


@given(specifications(["always", "eventually"], bindings=True), recordings(even=False))
@MODERATE
def test_rtamt_s_dense_time_monitor_agrees(formula, signals):
    text = spelled(formula)
    used = {name: signals[name] for name in names(formula)}
    # Up to the first of the two ends RTAMT sees what we see; behind it each holds another value.
    end = min(int(s.times_ns[-1]) for s in used.values())
    used = {
        name: Signal(s.times_ns[s.times_ns <= end], s.values[s.times_ns <= end])
        for name, s in used.items()
    }
    times, values = dense(text, used)
    inside = inner(formula, times * NS, end)
    assert_bounds(robustness(text, used, end_ns=end), (times * NS)[inside], values[inside])


@given(
    specifications(["always", "eventually", "once", "historically"], bindings=False),
    recordings(even=True),
)
@MODERATE
def test_rtamt_s_discrete_time_monitor_agrees(formula, signals):
    text = spelled(formula)
    values = discrete(text, signals)
    times = NS * np.arange(values.size)
    inside = inner(formula, times, times[-1])
    assert_bounds(robustness(text, signals), times[inside], values[inside])


X = Signal(NS * np.arange(6), np.array([1.0, 2, -3, 4, 5, 6]))
Y = Signal(NS * np.arange(6), np.array([-1.0, -1, 7, -1, -1, -1]))
BOTH = {"x": X, "y": Y}


def test_until_includes_its_last_instant_as_rtamt_s_dense_time_does():
    text = "(x > 0) until[0:3] (y > 0)"
    ours = robustness(text, BOTH)
    assert (ours.verdict, ours.margin) == (Verdict.FAIL, -1.0)
    assert dense(text, BOTH)[1][0] == -1.0
    assert discrete(text, BOTH)[0] == 1.0  # x may already fail where y begins to hold


@pytest.mark.parametrize(
    ("text", "theirs"), [("(x > 0) iff (y > -2)", 0.0), ("(x > 1.5) xor (y > 1.5)", 2.0)]
)
def test_iff_and_xor_tell_by_their_sign_what_is_true_and_rtamt_s_do_not(text, theirs):
    ours = robustness(text, BOTH)
    assert ours.margin == (1.0 if "iff" in text else -0.5)
    assert dense(text, BOTH)[1][0] == discrete(text, BOTH)[0] == theirs


def test_past_the_end_rtamt_passes_what_is_not_known():
    text = "always[4:9](x > 100)"
    assert discrete("always[6:9](x > 100)", BOTH)[0] == np.inf
    assert robustness("always[6:9](x > 100)", BOTH).verdict is Verdict.INCONCLUSIVE
    assert robustness(text, BOTH).verdict is Verdict.FAIL


def test_before_the_start_rtamt_passes_what_is_not_known():
    text = "historically[1:2](x > 100)"
    assert discrete(text, BOTH)[0] == dense(text, BOTH)[1][0] == np.inf
    assert robustness(text, BOTH).verdict is Verdict.INCONCLUSIVE


def test_at_the_start_rtamt_takes_everything_for_risen():
    assert discrete("rise(x > 0)", BOTH)[0] == 1.0
    assert robustness("rise(x > 0)", BOTH).verdict is Verdict.INCONCLUSIVE


def test_at_margin_zero_rtamt_cannot_tell_true_from_false():
    assert discrete("x > 1", BOTH)[0] == discrete("x >= 1", BOTH)[0] == 0
    assert robustness("x > 1", BOTH).verdict is Verdict.FAIL
    assert robustness("x >= 1", BOTH).verdict is Verdict.PASS


@pytest.mark.parametrize(
    "text",
    [
        "x > 0 -> y > 0 -> x > 1", "not x > 0 and y > 0", "always x > 0 or y > 0 and x > 2",
        "x > 0 since y > 0 until x > 2", "x > 0 until always y > 0 until x > 1",
        "x > 0 until y > 0 since x > 1 and x < 4", "x > 0 until[0:2] not y > 0",
        "once[0:2] x > 2 implies historically[1,2] y < 2", "!(x > 0) & y > 0 | x > 3",
    ],
)  # fmt: skip
def test_precedence_is_rtamt_s(text):
    times, values = dense(text, BOTH)
    inside = (times <= 3) & ((times >= 2) | ("[" not in text))
    assert_bounds(robustness(text, BOTH), times[inside] * NS, values[inside])
