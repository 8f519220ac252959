"""What a formula is judged to be, and how that is explained."""

import math

import numpy as np
import pytest

from trialbench.errors import FormulaError, UnitError
from trialbench.signal import NS, Signal
from trialbench.stl import Reason, Unknown, Verdict, parse, robustness, track

MS = 1_000_000


def signal(*values, times=None, unit="", step=NS):
    times = np.arange(len(values)) * step if times is None else np.array(times) * step
    return Signal(times, np.array(values, float), unit)


X = signal(1, 2, 3, 4, 5, 4, 3, 2, 1, -1)
Y = signal(0, 0, 0, 0, 0, 1, 0, 0, 0, 0)


def judge(text, unknown=None, start_ns=None, end_ns=None, **signals):
    signals = signals or {"x": X, "y": Y}
    return robustness(text, signals, unknown=unknown or {}, start_ns=start_ns, end_ns=end_ns)


def lost_at(at):
    """A signal unknown at one instant, in seconds."""
    return Unknown(round(at * NS), round(at * NS) + 1, "gap")


def test_a_formula_that_holds_passes_with_its_margin():
    result = judge("always[0:2](x > 0)")
    assert (result.verdict, result.margin, result.worst_ns) == (Verdict.PASS, 1.0, 0)
    assert result.reason is None
    assert (result.cause.text, result.cause.signals) == ("x > 0", ("x",))


def test_a_formula_that_fails_tells_where_it_was_worst():
    result = judge("always(x > 0)")
    assert (result.verdict, result.margin, result.worst_ns) == (Verdict.FAIL, -1.0, 9 * NS)
    assert result.violations == ((9 * NS, 9 * NS + 1),)


def test_a_tree_is_judged_like_its_text():
    assert robustness(parse("always[0:2](x > 0)"), {"x": X}).margin == 1.0


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("x == 1", "pass"), ("x != 1", "fail"), ("x > 1", "fail"), ("x >= 1", "pass"), ("x < 1", "fail"),
        ("x <= 1", "pass"), ("y", "fail"), ("not y", "pass"), ("y > 0 iff y > 0", "pass"),
        ("always(x >= -1 and y <= 1)", "pass"), ("always(x >= -1 and y < 1)", "fail"),
        ("eventually(y > 1 or x == 5)", "pass"), ("not (x == 1)", "fail"), ("y > 0 xor y < 0", "fail"),
    ],
)  # fmt: skip
def test_at_margin_zero_the_verdict_is_the_boolean_one(text, verdict):
    result = judge(text)
    assert (result.verdict, result.margin) == (verdict, 0.0)
    assert math.copysign(1, result.margin) == 1.0
    assert not np.signbit(result.lo[result.lo == 0]).any()


def test_of_equal_margins_the_one_that_decided_is_told():
    result = judge("always(x >= -1 and y < 1)")
    assert (result.worst_ns, result.cause.text) == (5 * NS, "y < 1")


def test_a_rise_is_decided_by_the_nanosecond_before_it():
    result = judge("always(not rise(z > 0.5))", z=signal(0.4, 0.4, 5, 5))
    assert (result.worst_ns, result.cause.text) == (2 * NS - 1, "z > 0.5")


def test_bounds_are_steps_from_the_start_on_and_cannot_be_written():
    result = judge("eventually[0:1](x > 2)")
    assert result.times_ns.tolist()[:3] == [0, NS, 2 * NS]
    assert result.lo.tolist()[:3] == [0, 1, 2]
    assert result.hi.tolist()[-1] == math.inf
    for array in (result.times_ns, result.lo, result.hi):
        assert not array.flags.writeable
    known = judge("x > 2")
    assert known.hi is known.lo


@pytest.mark.parametrize(
    ("text", "worst", "leaf"),
    [
        ("always(y < 0.5 or x > 4.5)", 5 * NS, "y < 0.5"),
        ("eventually(y > 0.5 and x > 3)", 5 * NS, "y > 0.5"),
        ("always(not y > 2)", 5 * NS, "y > 2"),
        ("always(x > 4 -> y > 0.5)", 4 * NS, "y > 0.5"),
        ("always(x > 4 iff y > 0.5)", 4 * NS, "y > 0.5"),
        ("always(x > 4 xor y < 0.5)", 4 * NS, "y < 0.5"),
        ("eventually rise(y > 0.5)", 5 * NS, "y > 0.5"),
        ("eventually fall(y > 0.5)", 6 * NS, "y > 0.5"),
        ("x > 0 until[0:6] y > 0.5", 5 * NS, "y > 0.5"),
        ("x > 1 until[6:7] y < 2", 0, "x > 1"),
        ("x > 0.8 until[5:7] y > -1", 0, "x > 0.8"),
        ("eventually[6:6](x > 2 since[0:2] y > 0.5)", 5 * NS, "y > 0.5"),
        ("eventually[8:8](x > 2 since[0:4] y > 0.5)", 8 * NS, "x > 2"),
        ("eventually[9:9](historically x > 0.5)", 9 * NS, "x > 0.5"),
        ("eventually[9:9](once[2:3] x > 0)", 6 * NS, "x > 0"),
        ("always eventually[0:2](x > 2)", 7 * NS, "x > 2"),
        ("true", 0, "true"),
        ("abs(x - 3 * y) > 0.5", 0, "abs(x - 3 * y) > 0.5"),
    ],
)
def test_the_leaf_that_made_the_margin_is_told(text, worst, leaf):
    result = judge(text)
    assert result.margin is not None
    assert (result.worst_ns, result.cause.text) == (worst, leaf)


@pytest.mark.parametrize(
    ("text", "violations"),
    [
        ("always(x > 1.5)", [(0, NS), (8 * NS, 9 * NS + 1)]),
        (
            "always(x > 1.5) and always[1:inf](y < 0.5)",
            [(0, NS), (5 * NS, 6 * NS), (8 * NS, 9 * NS + 1)],
        ),
        ("always always(x > 1.5)", [(0, NS), (8 * NS, 9 * NS + 1)]),
        ("always(x > 1.5) and always(x > 2.5)", [(0, 2 * NS), (7 * NS, 9 * NS + 1)]),
        ("always[20:inf](x > 9)", []),
        ("x > 4", [(0, 4 * NS), (5 * NS, 9 * NS + 1)]),
        ("always[0:1](x < 4.5)", [(3 * NS, 5 * NS)]),
        ("always(x > -2)", []),
    ],
)
def test_violated_intervals_are_half_open(text, violations):
    assert list(judge(text).violations) == violations


def why(text, unknown=None, **signals):
    result = judge(text, unknown, **signals)
    assert result.verdict is Verdict.INCONCLUSIVE
    assert (result.margin, result.worst_ns) == (None, None)
    return result.reason


def test_a_window_past_the_end_is_inconclusive():
    reason = why("always[0:20](x > -2)")
    assert reason == Reason("horizon", None, 9 * NS + 1, None, 0)
    assert str(reason) == "the formula looks past the recording's end at 9 s"


def test_a_window_that_fails_before_the_end_fails():
    assert judge("always[0:20](x > 0)").verdict is Verdict.FAIL


def test_an_unbounded_window_that_begins_past_the_end_is_inconclusive():
    assert why("always[20:inf](x > 0)").code == "horizon"
    assert why("x > 0 until[20:inf] y > 0.5").code == "horizon"
    assert why("always[9000000001ns:inf](x > 0)").code == "horizon"


def test_a_window_before_the_start_is_inconclusive():
    reason = why("once[0:2](x > 3)")
    assert reason == Reason("before_start", None, None, 0, 0)
    assert str(reason) == "the formula looks back before the recording's start"
    assert why("once[2:inf](x > 3)").code == "before_start"
    assert why("x > 0 since[1:2] y > 0.5").code == "before_start"


def test_at_the_start_an_edge_may_have_been_or_not():
    result = judge("rise(x > 0)")
    assert (result.lo[0], result.hi[0]) == (-math.inf, 1.0)
    assert why("rise(x > 0)").code == "before_start"
    assert why("fall(x > 2)").code == "before_start"


def test_windows_that_look_ahead_and_back_again_see_what_is_known():
    late = signal(0, 0, 0, 1)
    assert judge("eventually[3:3](always[0:1](once[0:1](x > 0)))", x=late).verdict is Verdict.PASS


def test_a_gap_is_told_with_its_signal_and_times():
    gap = Unknown(3 * NS, 5 * NS, "gap")
    reason = why("always(x > -2)", {"x": [gap]})
    assert reason == Reason("gap", "x", 3 * NS, 5 * NS, 0)
    assert str(reason) == "signal x has a gap from 3 s to 5 s"
    assert judge("always(x > 0)", {"x": [gap]}).verdict is Verdict.FAIL
    assert judge("always[0:2](x > 0)", {"x": [gap]}).verdict is Verdict.PASS


def test_a_signal_is_held_again_after_a_gap():
    result = judge("x > 0", {"x": [Unknown(3 * NS + 7, 3 * NS + 9, "gap")]})
    at = np.searchsorted(result.times_ns, [3 * NS + 6, 3 * NS + 7, 3 * NS + 9], "right") - 1
    assert result.lo[at].tolist() == [4, -math.inf, 4]
    assert result.hi[at].tolist() == [4, math.inf, 4]


def test_gaps_may_overlap_and_be_empty():
    gaps = [
        Unknown(2 * NS, 5 * NS, "gap"),
        Unknown(3 * NS, 4 * NS, "invalid"),
        Unknown(7, 7, "gap"),
    ]
    result = judge("x > 0", {"x": gaps})
    assert result.times_ns[~np.isfinite(result.lo)].tolist() == [2 * NS]
    assert str(why("eventually[0:1.5](x > 9)", {"x": [Unknown(NS, 2 * NS, "invalid")]})) == (
        "signal x is not valid from 1 s to 2 s"
    )


def test_any_code_of_the_caller_s_is_told():
    assert str(why("always x > -2", {"x": [Unknown(NS, 2 * NS, "stuck")]})) == (
        "signal x is unknown (stuck) from 1 s to 2 s"
    )


def test_a_signal_before_its_first_sample_is_unknown():
    reason = why("z > 0 and x > 0", x=X, z=signal(1, times=[2]))
    assert reason == Reason("not_started", "z", 2 * NS, None, 0)
    assert str(reason) == "signal z has no sample before 2 s"


def test_a_recording_begins_with_the_signals_that_the_formula_reads():
    assert judge("z > 0", x=X, z=signal(1, times=[2])).start_ns == 2 * NS


def test_an_empty_signal_is_missing():
    reason = why("z > 0 and x > 0", x=X, z=signal())
    assert reason == Reason("missing", "z", None, None, 0)
    assert str(reason) == "signal z is missing"
    assert str(why("z > 0", z=signal())) == "signal z is missing"


def test_nan_is_unknown_until_the_next_number():
    nan = float("nan")
    held = signal(1, nan, nan, 2)
    reason = why("always x > 0", x=held)
    assert reason == Reason("nan", "x", NS, 3 * NS, 0)
    assert str(reason) == "signal x is not a number from 1 s to 3 s"
    assert why("x > 0", x=signal(nan, 1)) == Reason("nan", "x", 0, NS, 0)
    assert why("x > 0", x=signal(nan)) == Reason("nan", "x", 0, 1, 0)


@pytest.mark.parametrize(
    "text", ["x / y > 1", "sqrt(-x) < 3", "0 / 0 > 1", "1e308 * 10 - 1e308 * 10 > x"]
)
def test_arithmetic_without_a_result_is_unknown(text):
    reason = why(text)
    assert reason == Reason("undefined", None, 0, None, 0)
    assert str(reason) == "arithmetic has no result at 0 s"


def test_the_doubtful_leaf_is_told():
    result = judge(
        "always(x > -2 and y < 2 until[0:1] x > -3)", {"y": [Unknown(3 * NS, 4 * NS, "gap")]}
    )
    assert (result.cause.text, result.reason.signal) == ("y < 2", "y")
    result = judge("always(x > -2 -> y < 2)", {"y": [Unknown(3 * NS, 4 * NS, "gap")]})
    assert result.cause.text == "y < 2"
    assert judge("always[20:inf] x > 0").cause.text == "always[20s:inf](x > 0)"


def test_since_is_open_by_what_lies_nearest():
    gaps = {"y": [Unknown(2 * NS, 3 * NS, "gap")], "x": [Unknown(6 * NS, 7 * NS, "gap")]}
    result = judge("eventually[8:8](x > -2 since y > 0.5)", {"x": gaps["x"]})
    assert result.cause.text == "x > -2"
    assert judge("eventually[4:4](x > -2 since y > 0.5)", gaps).cause.text == "y > 0.5"


@pytest.mark.parametrize(
    ("text", "x", "y", "told"),
    [
        ("x > -2 until y > 5", 2, 4, "x > -2"),
        ("x > -2 until y > 5", 4, 2, "y > 5"),
        ("eventually[8:8](x > -2 since y > 5)", 6, 4, "x > -2"),
        ("eventually[8:8](x > -2 since y > 5)", 4, 6, "y > 5"),
        ("eventually[8:8](x > -2 since[3:4] y > 0.5)", 6, 4, "x > -2"),
        ("eventually[8:8](x > -2 since[3:4] y > 0.5)", 8, 4, "x > -2"),
        ("eventually[8:8](x > -2 since[3:4] y > 0.5)", 8 + 1e-9, 4, "y > 0.5"),
    ],
)
def test_of_two_sides_the_one_with_the_nearer_gap_is_told(text, x, y, told):
    unknown = {name: [lost_at(at)] for name, at in (("x", x), ("y", y))}
    assert judge(text, unknown, x=X, y=signal(*[0] * 10)).cause.text == told


@pytest.mark.parametrize("smallest", [0, 512], ids=["in spans", "in one"])
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x > -2 until y > 5", 2),
        ("eventually[8:8](x > -2 since y > 5)", 6),
        ("eventually y > 5", 2),
        ("eventually[8:8](once y > 5)", 2),
    ],
)
def test_of_two_gaps_until_and_since_tell_the_nearer_and_a_window_the_earlier(
    text, told, smallest, monkeypatch
):
    monkeypatch.setattr(track, "SMALL", smallest)
    assert why(text, {"y": [lost_at(2), lost_at(6)]}) == Reason(
        "gap", "y", told * NS, told * NS + 1, 0
    )


def test_a_known_part_may_decide_in_spite_of_a_gap():
    gap = {"y": [Unknown(0, 20 * NS, "gap")]}
    assert judge("always(x > -2 or y > 0)", gap).verdict is Verdict.PASS
    assert judge("always(x > 0 and y > 0)", gap).verdict is Verdict.FAIL
    assert judge("abs(y) > -1", gap).verdict is Verdict.PASS
    assert judge("y * 0 == 0", gap).verdict is Verdict.PASS


def test_samples_of_one_instant_count_by_the_last():
    doubled = Signal(np.array([0, 5, 5, 9]), np.array([1.0, -1.0, 2.0, 1.0]))
    assert judge("always x > 0", x=doubled).margin == 1.0


def test_the_recording_may_be_shorter_or_longer_than_the_samples():
    result = judge("always x > 0", start_ns=NS + 5, end_ns=8 * NS)
    assert (result.verdict, result.margin, result.start_ns) == (Verdict.PASS, 1.0, NS + 5)
    assert why("always[0:9] x > -2", start_ns=NS + 5, x=X).code == "horizon"
    assert judge("always x > -2", end_ns=50 * NS).verdict is Verdict.PASS
    early = robustness("always x > 0", {"x": X}, start_ns=-NS)
    assert early.verdict is Verdict.FAIL
    assert robustness("x > 0", {"x": X}, start_ns=-NS).reason.code == "not_started"
    with pytest.raises(FormulaError, match="would end at 1 ns, before its start at 2 ns"):
        judge("x > 0", start_ns=2, end_ns=1)


def test_without_samples_the_recording_is_what_it_is_said_to_be():
    assert robustness("true", {}).margin == math.inf
    assert robustness("false", {}, start_ns=3).margin == -math.inf
    assert robustness("always true", {}, end_ns=7).end_ns == 7


def test_a_name_that_is_not_there_is_told_with_its_like():
    with pytest.raises(FormulaError) as caught:
        judge("wheel_speed > 0", Wheel_Speed=X, x=X)
    assert str(caught.value) == (
        "the formula names the signal 'wheel_speed', which is not there: did you mean 'Wheel_Speed'?"
    )
    with pytest.raises(FormulaError, match=r"there are 2 signals: x, y$"):
        judge("nothing_like_it > 0")
    with pytest.raises(FormulaError, match=r"there are 7 signals: a, b, c, d, e, …$"):
        judge("nothing_like_it > 0", **dict.fromkeys("abcdefg", X))


def test_a_literal_s_unit_is_converted_into_the_signal_s():
    brake = signal(29e5, 31e5, unit="Pa")
    assert judge("always[1:1](brake > 30 bar)", brake=brake).margin == pytest.approx(1e5)
    with pytest.raises(UnitError, match="m cannot be converted into Pa, in 'brake > 3 m'"):
        judge("brake > 3 m", brake=brake)


def test_windows_beyond_what_nanoseconds_tell_are_refused():
    far = Signal([2**62 - 5], [1.0])
    with pytest.raises(FormulaError, match="further than 64-bit nanoseconds"):
        judge("always[0:1] x > 0", x=far)


def test_the_clock_s_origin_does_not_matter():
    late = Signal(X.times_ns + 1_700_000_000 * NS, X.values)
    result = judge("always[0:2](x > 0)", x=late)
    assert result.worst_ns == 1_700_000_000 * NS
    assert (result.lo == judge("always[0:2](x > 0)").lo).all()
    assert str(why("always[0:20](x > -2)", x=late)).endswith("at 9 s")


def test_a_reason_without_times_is_told_too():
    assert str(Reason("damaged", "x")) == "signal x is lost in damaged data"


def test_the_cause_is_told_as_it_was_written_with_the_unit_of_its_margin():
    w, v = signal(10, 20, unit="rad/s"), signal(3, 9, unit="m/s")
    result = judge("always(abs(w * 0.3 m - v) < 1 m/s)", w=w, v=v)
    assert (result.verdict, result.margin) == (Verdict.FAIL, pytest.approx(-2.0))
    assert (result.cause.text, result.cause.signals) == ("abs(w * 0.3 m - v) < 1 m/s", ("v", "w"))
    assert result.cause.node == parse("abs(w * 0.3 m - v) < 1 m/s")
    brake = signal(29e5, unit="Pa")
    assert judge("brake > 30 bar", brake=brake).cause.unit == "Pa"
    assert judge("always(brake)", brake=brake).cause.unit == "Pa"
    assert judge("x > 0").cause.unit == ""


def test_the_same_part_twice_is_told_once():
    assert judge("always(x > 0 iff x > 0)").cause.text == "x > 0"
    assert (
        judge("always[20:inf](x > 0 bar)", x=signal(1, unit="Pa")).cause.text
        == "always[20s:inf](x > 0 bar)"
    )


def test_signals_of_one_dimension_in_different_units_are_brought_together():
    speeds = {"v": signal(1, 2, unit="m/s"), "u": signal(3.6, 7.2, unit="km/h")}
    assert judge("always(v <= u)", **speeds).verdict is Verdict.PASS
    with pytest.raises(UnitError, match="bar cannot be converted into m/s"):
        judge("always(v <= p)", v=speeds["v"], p=signal(1, unit="bar"))


def test_a_signal_s_own_unknown_intervals_count_and_its_recording_lasts_as_long_as_they_do():
    torn = X.unknown_in([Unknown(3 * NS, 4 * NS, "damaged")])
    assert why("always(x > -2)", x=torn) == Reason("damaged", "x", 3 * NS, 4 * NS, 0)
    cut = X.unknown_in([Unknown(9 * NS + 1, 12 * NS, "damaged")])
    assert judge("always(x > -2)", x=cut).end_ns == 12 * NS - 1
    assert why("always(x > -2)", x=cut).code == "damaged"
    late = X.unknown_in([Unknown(-NS, 0, "damaged")])
    assert judge("always(x > -2)", x=late).start_ns == -NS
    only = Signal([], [], unknown=[Unknown(0, 5, "damaged")])
    result = judge("x > 0", x=only)
    assert (result.start_ns, result.end_ns, result.reason.code) == (0, 4, "missing")


def test_an_own_unknown_interval_is_kept_when_a_signal_is_scaled():
    gap = (Unknown(1, 2, "gap"),)
    assert X.unknown_in(gap).scaled(2.0, 1.0).unknown == gap
    assert X.unknown_in(gap).unknown_in(gap).unknown == gap * 2
    assert X.unknown == ()


def test_a_window_that_looks_back_sees_what_was_known_before_judging_began():
    back = "once[0:2](x > 1)"
    risen = {"x": signal(2, 0, 1, 3)}
    assert robustness(f"always({back})", risen, start_ns=NS, since_ns=0).verdict is Verdict.PASS
    assert robustness(f"always({back})", risen, start_ns=NS).verdict is Verdict.INCONCLUSIVE
    assert robustness(back, {"x": signal(2, 0)}, start_ns=NS, since_ns=0).verdict is Verdict.PASS
    assert robustness(back, {"x": signal(2, 0)}, start_ns=NS).reason.code == "before_start"
    assert (
        robustness("once(x > 1)", {"x": signal(2, 0)}, start_ns=NS, since_ns=0).verdict
        is Verdict.FAIL
    )
    assert (
        robustness("rise(x > 1)", {"x": signal(0, 2)}, start_ns=NS, since_ns=0).verdict
        is Verdict.PASS
    )
    assert (
        robustness("rise(x > 1)", {"x": signal(0, 2)}, start_ns=NS).verdict is Verdict.INCONCLUSIVE
    )


def test_touching_violations_are_one():
    result = judge("always(x < 3 or y > 0) and always(x < 3 or y > 0 or x > 4)")
    assert result.violations == ((2 * NS, 5 * NS), (6 * NS, 7 * NS))
    joined = judge("always(x != 3) and always(x != 4)")
    assert joined.violations == ((2 * NS, 4 * NS), (5 * NS, 7 * NS))
