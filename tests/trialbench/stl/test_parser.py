"""Formulas as text: what reads as what, what str() gives back, and what is refused how."""

import copy
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trialbench.stl.formulas import formulas, terms
from trialbench.errors import FormulaError
from trialbench.stl import names, parse, syntax
from trialbench.stl.syntax import (
    Binding,
    Comparison,
    Conditional,
    Edge,
    Interval,
    Junction,
    Name,
    Negative,
    Not,
    Number,
    Operation,
    Temporal,
    Truth,
)  # fmt: skip

MS = 1_000_000
S = 1000 * MS
X = Comparison(">", Name("x"), Number(0.0))
Y = Comparison(">", Name("y"), Number(0.0))
Z = Comparison(">", Name("z"), Number(0.0))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("always[0:100ms](x > 0)", Temporal("always", Interval(0, 100 * MS), X)),
        ("G[0:100ms] x > 0", Temporal("always", Interval(0, 100 * MS), X)),
        ("eventually (x>0)", Temporal("eventually", None, X)),
        ("F[1,2.5] x>0", Temporal("eventually", Interval(S, 2500 * MS), X)),
        ("historically x > 0", Temporal("historically", None, X)),
        ("H[0:inf] x > 0", Temporal("historically", Interval(0, None), X)),
        ("once[2us:3µs] x > 0", Temporal("once", Interval(2000, 3000), X)),
        ("O[2ns:3μs] x > 0", Temporal("once", Interval(2, 3000), X)),
        ("x > 0 until[0:1min] y > 0", Binding("until", Interval(0, 60 * S), X, Y)),
        ("x > 0 U y > 0", Binding("until", None, X, Y)),
        ("x > 0 S[0:1h] y > 0", Binding("since", Interval(0, 3600 * S), X, Y)),
        ("x > 0 since y > 0", Binding("since", None, X, Y)),
        ("not x > 0", Not(X)),
        ("!x > 0", Not(X)),
        ("x > 0 & y > 0 | z > 0", Junction("or", (Junction("and", (X, Y)), Z))),
        ("x > 0 or y > 0 and z > 0", Junction("or", (X, Junction("and", (Y, Z))))),
        ("(x > 0 and y > 0) and z > 0", Junction("and", (X, Y, Z))),
        ("x > 0 implies y > 0", Conditional("->", X, Y)),
        ("x > 0 -> y > 0 -> z > 0", Conditional("->", Conditional("->", X, Y), Z)),
        ("x > 0 iff y > 0", Conditional("iff", X, Y)),
        ("x > 0 <-> y > 0", Conditional("iff", X, Y)),
        ("x > 0 xor y > 0 iff z > 0", Conditional("xor", X, Conditional("iff", Y, Z))),
        ("x > 0 since y > 0 until z > 0", Binding("since", None, X, Binding("until", None, Y, Z))),
        ("x > 0 until y > 0 since z > 0", Binding("since", None, Binding("until", None, X, Y), Z)),
        ("always x > 0 until y > 0", Binding("until", None, Temporal("always", None, X), Y)),
        ("x > 0 until always y > 0", Binding("until", None, X, Temporal("always", None, Y))),
        ("rise(x > 0)", Edge("rise", X)),
        ("fall(x > 0)", Edge("fall", X)),
        ("true", Truth(value=True)),
        ("FALSE", Truth(value=False)),
        ("x", Name("x")),
        ("-x", Negative(Name("x"))),
        ("-3.5e-1", Number(-0.35)),
        ("- - x", Negative(Negative(Name("x")))),
        (
            "a - b - c * d / e",
            Operation(
                "-",
                Operation("-", Name("a"), Name("b")),
                Operation("/", Operation("*", Name("c"), Name("d")), Name("e")),
            ),
        ),
        ("min(a, b, 2)", syntax.Call("min", (Name("a"), Name("b"), Number(2.0)))),
        ("max(a, b)", syntax.Call("max", (Name("a"), Name("b")))),
        ("abs(sqrt(a))", syntax.Call("abs", (syntax.Call("sqrt", (Name("a"),)),))),
        ("x != 1", Comparison("!=", Name("x"), Number(1.0))),
        ("x !== 1", Comparison("!=", Name("x"), Number(1.0))),
        ("x > 0; // the end", X),
        ("/* what\nfor */ x > 0", X),
        ("Esp.Größe_1 > 0", Comparison(">", Name("Esp.Größe_1"), Number(0.0))),
        ("`wheel speed (fl)` > 0", Comparison(">", Name("wheel speed (fl)"), Number(0.0))),
        ("`always` > 0", Comparison(">", Name("always"), Number(0.0))),
    ],
)
def test_text_reads_as_its_tree(text, tree):
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("30 bar", 30, "bar"), ("3.5 m/s^2", 3.5, "m/s^2"), ("50 %", 50, "%"), ("50%", 50, "%"),
        ("5 min", 5, "min"), ("20 °C", 20, "°C"), ("20 ℃", 20, "℃"), ("50 ％", 50, "％"), ("5 ㎞/h", 5, "㎞/h"), ("3 m·s⁻²", 3, "m·s⁻²"), ("3 m/s2", 3, "m/s2"), ("2 m/s²", 2, "m/s²"),
        ("-3 km/h", -3, "km/h"), ("900 1/min", 900, "1/min"), ("3 U/min", 3, "U/min"),
    ],
)  # fmt: skip
def test_a_literal_carries_its_unit(text, value, unit):
    assert parse(f"x > {text}") == Comparison(">", Name("x"), Number(value, unit))


@pytest.mark.parametrize("word", ["and", "or", "until", "U", "S", "since", "implies", "iff", "xor"])
def test_an_operator_behind_a_number_is_no_unit(word):
    assert names(parse(f"x > 3 {word} y > 2")) == {"x", "y"}


def test_a_name_in_an_expression_is_a_signal_once():
    assert names(parse("x > 0 and always(`y z` > x)")) == {"x", "y z"}


def test_an_interval_without_a_unit_is_seconds_even_beside_one():
    assert parse("always[0.1:200ms] x").interval == Interval(100 * MS, 200 * MS)


def test_long_digits_of_a_second_are_rounded_to_a_nanosecond():
    assert parse("always[0:0.30000000000000004] x").interval == Interval(0, 300 * MS)
    assert parse(f"always[0:0.{'3' * 60}] x").interval.hi_ns == 333_333_333


@given(formulas(max_leaves=8))
@settings(max_examples=300, deadline=None)
def test_a_formula_s_text_parses_back_to_it(formula):
    assert parse(str(formula)) == formula


@given(terms(names=("x", "a b", "until", "M.s")), st.sampled_from(["", "bar", "m/s^2", "%", "min"]))
@settings(max_examples=200, deadline=None)
def test_a_term_s_text_parses_back_to_it(term, unit):
    formula = Comparison("<=", Operation("-", term, term), Number(-1e-7, unit))
    assert parse(str(formula)) == formula


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1, column 1: found the end of the formula, expected a formula, a number or '('"),
        ("x > ", "line 1, column 4: found the end of the formula, expected a formula, a number or '('"),
        ("x and\n and y", "line 2, column 2: found 'and', expected a formula, a number or '('"),
        ("(x > 0", "line 1, column 7: found the end of the formula, expected ')'"),
        ("x > 0)", "line 1, column 6: found ')', expected the end"),
        ("x 3 bar", "line 1, column 3: found '3', expected a comparison, an operator or the end"),
        ("a > b == c", "line 1, column 7: found '==', expected an operator or the end: comparisons do not chain, join them with 'and'"),
        ("x = 1", "line 1, column 3: found '=', expected a comparison, an operator or the end: equality is written '==', and a formula needs no name"),
        ("alwys (x > 0)", "line 1, column 7: found '(', expected a comparison, an operator or the end: did you mean 'always'?"),
        ("x > 0 untill y", "line 1, column 14: found 'y', expected an operator or the end: did you mean 'until'?"),
        ("x > z untill y", "line 1, column 7: found 'untill', expected an operator or the end: did you mean 'until'?"),
        ("x y", "line 1, column 3: found 'y', expected a comparison, an operator or the end"),
        ("always", "line 1, column 7: found the end of the formula, expected a formula, a number or '(' or an interval"),
        ("always[0:x](y)", "line 1, column 10: found 'x', expected 'inf' or a number"),
        ("always[1:2", "line 1, column 11: found the end of the formula, expected ']'"),
        ("always[2:1] x", "line 1, column 7: the interval ends at 1000000000 ns, before it begins at 2000000000 ns (a bare number is seconds)"),
        ("always[-1:2] x", "line 1, column 8: an interval looks ahead or back by its operator, never by a minus"),
        ("always[inf:inf] x", "line 1, column 7: an interval cannot begin at inf"),
        ("always[0:3 km] x", "line 1, column 10: 'km' is no unit of time: an interval takes s ms us µs ns min h"),
        ("always[0:1e10] x", "line 1, column 10: 1e10 s is longer than the 31 years that an interval may reach"),
        ("min(x) > 0", "line 1, column 6: found ')', expected ','"),
        ("rise x", "line 1, column 6: found 'x', expected '('"),
        ("(x > 0) + 1 > 0", "line 1, column 9: '+' takes numbers, but 'x > 0' is true or false"),
        ("abs(x > 0) > 1", "line 1, column 1: 'abs' takes numbers, but 'x > 0' is true or false"),
        ("x > 1e999", "line 1, column 5: 1e999 is too large for a number"),
        ("x @ 3", "line 1, column 3: '@' has no meaning in a formula"),
        ("not " * 200 + "x", "line 1, column 1: the formula nests more than 100 levels deep"),
        ("(" * 10_000 + "x" + ")" * 10_000, "line 1, column 101: more than 100 parentheses deep"),
        ("x+" * 60_000 + "x", "a formula of 120001 characters: at most 100000 are read"),
        ("x > 0 or " * 3000 + "not " * 150 + "x", "line 1, column 1: the formula nests more than 100 levels deep"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(text, told):
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert str(caught.value) == told


def test_a_thousand_operands_side_by_side_are_not_deep():
    assert len(parse(" and ".join(["x > 0"] * 1000)).args) == 1000


def test_a_tree_cannot_be_changed():
    with pytest.raises(AttributeError):
        parse("x > 0").operator = "<"


def test_trees_that_are_equal_have_one_hash_however_they_came_about():
    tree = parse("always[0:1](a > 1) and not b")
    hash(tree)  # kept in the tree from now on, and in no copy of it
    for twin in (copy.copy(tree), replace(tree)):
        assert twin is not tree
        assert {tree: "found"}[twin] == "found"
    other = replace(tree, operator="or")
    assert other not in {tree}
    assert hash(other) != hash(tree)


def test_what_is_no_node_has_no_children():
    with pytest.raises(TypeError, match="int is no formula"):
        syntax.children(3)
