from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import trialbench as tb
from tests.trialbench.make import SECOND, make_protocol, make_recording, make_signal
from trialbench.scene import complement, scene_of

if TYPE_CHECKING:
    from pathlib import Path

SPEED = '[inputs]\nspeed = {{signal = "Speed", {rest}}}\n[[criteria]]\nid = "slow"\nstl = "always(speed < 9)"\n'


def make_speed_protocol(rest: str = "") -> tb.Protocol:
    return make_protocol(
        SPEED.format(rest=rest) if rest else SPEED.format(rest="").replace(", }", "}")
    )


def test_a_signal_is_converted_scaled_and_shifted_in_this_order() -> None:
    protocol = make_speed_protocol('unit = "m/s", scale = -2.0, offset = 1.0')
    scene = scene_of(protocol, make_recording({"Speed": make_signal({0: 36.0, 1: 72.0}, "km/h")}))
    assert scene.signals["speed"].values == pytest.approx([-19.0, -39.0])
    assert scene.signals["speed"].unit == "m/s"


def test_a_unit_of_another_dimension_is_refused_by_name() -> None:
    recording = make_recording({"Speed": make_signal({0: 1.0}, "bar")})
    with pytest.raises(
        tb.ProtocolError,
        match=r"speed: signal 'Speed' of drive\.csv: bar cannot be converted into m/s",
    ):
        scene_of(make_speed_protocol('unit = "m/s"'), recording)


def test_a_recording_that_names_no_unit_is_believed() -> None:
    scene = scene_of(
        make_speed_protocol('unit = "m/s"'), make_recording({"Speed": make_signal({0: 3.0})})
    )
    assert scene.signals["speed"].values == pytest.approx([3.0])


def test_a_gap_is_unknown_from_the_sample_before_it_to_the_sample_after() -> None:
    recording = make_recording({"Speed": make_signal({0: 1.0, 1: 1.0, 4: 1.0, 5: 1.0})})
    (gap,) = scene_of(make_speed_protocol('max_gap = "2s"'), recording).signals["speed"].unknown
    assert (gap.from_ns, gap.to_ns, gap.why) == (SECOND + 1, 4 * SECOND, "gap")


def test_silence_until_the_recordings_end_is_a_gap() -> None:
    recording = make_recording({"Speed": make_signal({0: 1.0, 1: 1.0})}, end=9)
    (gap,) = scene_of(make_speed_protocol('max_gap = "2s"'), recording).signals["speed"].unknown
    assert (gap.from_ns, gap.to_ns) == (SECOND + 1, 9 * SECOND + 1)


def test_a_value_counts_only_where_it_is_valid() -> None:
    signals = {
        "Speed": make_signal({0: 1.0, 1: 2.0, 2: 3.0, 3: 4.0}),
        "Fix": make_signal({0: 0.0, 2: 1.0}),
    }
    scene = scene_of(make_speed_protocol('valid = "Fix == 1"'), make_recording(signals))
    (invalid,) = scene.signals["speed"].unknown
    assert (invalid.from_ns, invalid.to_ns, invalid.why) == (0, 2 * SECOND, "invalid")
    assert str(list(scene.signals["speed"].values)) == "[nan, nan, 3.0, 4.0]".replace(
        "nan", "np.float64(nan)"
    ).replace("3.0", "np.float64(3.0)").replace("4.0", "np.float64(4.0)")


def test_what_j1939_reserves_is_unknown_unless_the_protocol_takes_it_for_a_value(
    tmp_path: Path,
) -> None:
    dbc, log = tmp_path / "j.dbc", tmp_path / "j.log"
    dbc.write_text(
        f'BO_ {0x18FEF100 | 1 << 31} M: 8 X\n SG_ Speed : 0|8@1+ (1,0) [0|0] "km/h" X\n'
        'BA_ "ProtocolType" "J1939";\n'
    )
    log.write_text("(0.0) can0 18FEF100#05\n(1.0) can0 18FEF100#FF\n(2.0) can0 18FEF100#06\n")
    recording = tb.read(log, dbc=dbc)
    for rest, values in (("", "[5.0, nan, 6.0]"), ('not_available = "value"', "[5.0, 255.0, 6.0]")):
        scene = scene_of(make_speed_protocol(rest), recording)
        assert str(scene.signals["speed"].values.tolist()) == values


def test_a_valid_that_names_what_is_not_there_is_refused() -> None:
    recording = make_recording({"Speed": make_signal({0: 1.0})})
    with pytest.raises(tb.ProtocolError, match="speed: valid: no signal 'Fix'"):
        scene_of(make_speed_protocol('valid = "Fix == 1"'), recording)


@pytest.mark.parametrize(
    ("samples", "until"),
    [
        ({0: 1.0, 2: 1.0, 5: 1.0}, 2 * SECOND),
        (
            {0: 1.0, 4: 1.0, 5: 1.0},
            4 * SECOND,
        ),  # the sample that was lost would have held until then
        ({0: 1.0}, 5 * SECOND + 1),
    ],
)
def test_what_damage_may_have_lost_is_unknown_in_every_signal_until_its_next_sample(
    samples: dict[int, float], until: int
) -> None:
    damage = tb.Damage("byte 9", "cut", SECOND, 2 * SECOND)
    signals = {"Speed": make_signal(samples), "Other": make_signal({0: 1.0, 5: 1.0})}
    recording = make_recording(signals, errors=(damage,))
    (lost,) = scene_of(make_speed_protocol(), recording).signals["speed"].unknown
    assert (lost.from_ns, lost.to_ns, lost.why) == (SECOND + 1, until, "damaged")


def test_a_lost_end_leaves_an_instant_that_nobody_knows() -> None:
    damage = tb.Damage("byte 9", "cut short", 5 * SECOND, None)
    recording = make_recording({"Speed": make_signal({0: 1.0, 5: 1.0})}, errors=(damage,))
    found = tb.robustness("always(Speed < 9)", recording)
    assert found.verdict is tb.Verdict.INCONCLUSIVE
    assert found.reason.code == "damaged"
    assert tb.robustness("always(Speed < 0)", recording).verdict is tb.Verdict.FAIL


def test_what_an_artefact_would_have_answered_to_lost_samples_is_unknown_too() -> None:
    damage = tb.Damage("byte 9", "cut short", 5 * SECOND, None)
    recording = make_recording({"Speed": make_signal({0: 1.0, 5: 1.0})}, errors=(damage,))
    answered = scene_of(make_speed_protocol(), recording).with_outputs(
        {"warning": make_signal({0: 0.0, 5: 0.0})}
    )
    assert answered.robustness("always(warning < 0.5)").verdict is tb.Verdict.INCONCLUSIVE


def test_a_lost_start_likewise() -> None:
    damage = tb.Damage("byte 9", "header", None, 0)
    recording = make_recording({"Speed": make_signal({0: 1.0, 5: 1.0})}, errors=(damage,))
    assert tb.robustness("always(Speed < 9)", recording).verdict is tb.Verdict.INCONCLUSIVE


def test_a_name_that_nothing_describes_is_noted() -> None:
    scene = scene_of(make_speed_protocol(), make_recording({"Other": make_signal({0: 1.0})}))
    assert scene.undescribed == ("speed",)


def test_the_complement_is_what_the_intervals_leave_out() -> None:
    assert complement([(2, 4), (4, 5), (8, 9)], 0, 10) == [(0, 2), (5, 8), (9, 10)]
    assert complement([], 0, 10) == [(0, 10)]
    assert complement([(0, 10)], 0, 10) == []
