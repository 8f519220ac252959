"""Formulas and traces as hypothesis draws them: small numbers, so that ties and zeros are common."""

import numpy as np
from hypothesis import strategies as st

from trialbench.signal import Signal
from trialbench.stl import Unknown, syntax

NAMES = ("x", "y", "z")
GRID = 10
VALUES = st.one_of(st.integers(-3, 3).map(float), st.sampled_from([np.nan, 0.5, -0.5]))
REAL = st.one_of(st.integers(-3, 3).map(float), st.sampled_from([0.5, -0.5]))


@st.composite
def intervals(draw, on_grid):
    step = GRID if on_grid else 1
    lo = draw(st.integers(0, 3 * GRID // step)) * step
    hi = draw(st.one_of(st.none(), st.integers(0, 3 * GRID // step)))
    return syntax.Interval(lo, None if hi is None else lo + hi * step)


def terms(names=NAMES, names_only=False):
    leaves = st.one_of(st.sampled_from(names).map(syntax.Name), REAL.map(syntax.Number))
    if names_only:
        return st.sampled_from(names).map(syntax.Name)
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(syntax.Operation, st.sampled_from("+-*/"), inner, inner),
            inner.map(syntax.negative),
            st.builds(lambda a: syntax.Call("abs", (a,)), inner),
            st.builds(lambda a: syntax.Call("sqrt", (a,)), inner),
            st.builds(
                lambda f, a: syntax.Call(f, tuple(a)),
                st.sampled_from(["min", "max"]),
                st.lists(inner, min_size=2, max_size=3),
            ),
        ),
        max_leaves=4,
    )


def formulas(on_grid=False, max_leaves=5, term=None, edges=True):
    term = terms() if term is None else term
    compared = st.builds(
        syntax.Comparison, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), term, term
    )
    simple = st.builds(
        syntax.Comparison,
        st.sampled_from([">", ">=", "=="]),
        st.sampled_from(NAMES).map(syntax.Name),
        REAL.map(syntax.Number),
    )
    leaves = st.one_of(simple, simple, compared, term, st.booleans().map(syntax.Truth))
    window = st.one_of(st.none(), intervals(on_grid))

    def grow(inner):
        return st.one_of(
            inner.map(syntax.Not),
            st.builds(
                lambda op, args: syntax.Junction(op, tuple(args)),
                st.sampled_from(["and", "or"]),
                st.lists(inner, min_size=2, max_size=3),
            ),
            st.builds(syntax.Conditional, st.sampled_from(["->", "iff", "xor"]), inner, inner),
            st.builds(
                syntax.Temporal,
                st.sampled_from(["always", "eventually", "historically", "once"]),
                window,
                inner,
            ),
            st.builds(syntax.Binding, st.sampled_from(["until", "since"]), window, inner, inner),
            *([st.builds(syntax.Edge, st.sampled_from(["rise", "fall"]), inner)] if edges else []),
        )

    return st.recursive(leaves, grow, max_leaves=max_leaves)


@st.composite
def signals(draw, uniform, values=VALUES):
    if uniform:
        n = draw(st.integers(1, 12))
        period = draw(st.sampled_from([GRID, GRID, GRID, 2 * GRID, GRID + 1]))
        times = draw(st.sampled_from([0, GRID, 1])) + period * np.arange(n)
    else:
        times = np.sort(draw(st.lists(st.integers(0, 60), min_size=0, max_size=8)))
    drawn = draw(st.lists(values, min_size=len(times), max_size=len(times)))
    return Signal(np.asarray(times, np.int64), np.array(drawn, np.float64))


@st.composite
def traces(draw, values=VALUES, gaps=True):
    uniform = draw(st.booleans())
    made = {name: draw(signals(uniform, values)) for name in NAMES}
    unknown = {}
    for name in NAMES if gaps else ():
        if draw(st.integers(0, 3)) == 0:
            edges = draw(st.lists(st.integers(-5, 70), min_size=2, max_size=4))
            pairs = zip(edges[::2], edges[1::2], strict=False)
            unknown[name] = [Unknown(min(p), max(p), "gap") for p in pairs]
    return made, unknown
