import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from tests.trialbench.report import samples
from trialbench.report import plots
from trialbench.report.figures import PANELS, RECORDINGS, drawn, figures
from trialbench.report.panel import BAR, is_event, panels, path
from trialbench.signal import NS, Signal
from trialbench.verdict import CriterionResult, Verdict

SVG = "{http://www.w3.org/2000/svg}"


def parsed(judgement, language="en"):
    return [read(text) for text in plots(judgement, language).values()]


def read(text):
    return ET.fromstring(text)  # noqa: S314 - our own


def drawn_as(drawing, *classes):
    return [item for item in drawing.iter() if item.get("class") in classes]


@pytest.mark.parametrize("case", samples.CASES)
@pytest.mark.parametrize("language", ["en", "zh", "ko"])
def test_every_plot_is_well_formed_and_stands_alone(case, language):
    made = plots(samples.CASES[case](), language)
    for text in made.values():
        drawing = read(text)
        assert drawing.tag == f"{SVG}svg"
        assert drawing.find(f"{SVG}style") is not None
        assert drawing.find(f"{SVG}title").text
        assert not list(drawing.iter(f"{SVG}script"))
        inside = {item.get("id") for item in drawing.iter() if item.get("id")}
        assert set(re.findall(r"url\(#(\w+)\)", text)) <= inside
        assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
        assert "nan" not in "".join(item.get("d") or "" for item in drawing.iter())


def test_there_is_one_plot_for_each_recording_and_criterion_with_a_safe_name():
    assert list(plots(samples.rejected())) == [
        "plots/1-prompt.svg",
        "plots/2-standing.svg",
        "plots/3-quiet.svg",
    ]
    assert len(plots(samples.campaign(5))) == 15
    for name in plots(samples.hostile()):
        assert re.fullmatch(r"plots/\d+-[a-z0-9-]+\.svg", name)
    base = samples.accepted()
    named = [
        replace(item, id=name)
        for item, name in zip(base.protocol.criteria, ("../../x", "制动", "制动 2"), strict=True)
    ]
    results = [
        replace(result, id=item.id)
        for result, item in zip(base.parts[0].result.criteria, named, strict=True)
    ]
    part = samples.part(base.parts[0].scene, results)
    made = replace(base, protocol=replace(base.protocol, criteria=tuple(named)), parts=(part,))
    assert list(plots(made)) == ["plots/1-x.svg", "plots/2-criterion.svg", "plots/3-2.svg"]


def test_a_violation_too_short_to_see_is_enlarged():
    figure, *others = figures(samples.rejected())
    begin = samples.BEGIN
    assert figure.zoom is not None
    assert (figure.zoom.first_ns - begin) / NS == pytest.approx(48.29)
    assert (figure.zoom.last_ns - begin) / NS == pytest.approx(52.55)
    assert all(other.zoom is None for other in others)
    drawing = parsed(samples.rejected())[0]
    assert "Enlarged, 48.29\u00a0s to 52.55\u00a0s" in [
        item.text for item in drawing.iter(f"{SVG}text")
    ]
    assert len(drawn_as(drawing, "zoomed")) == 1
    assert len(drawn_as(drawing, "worst")) == 2


def test_the_gap_that_leaves_a_criterion_open_is_enlarged():
    figure = figures(samples.inconclusive())[1]
    assert figure.zoom is not None
    assert figure.zoom.first_ns < samples.at(22.4) < samples.at(25.9) < figure.zoom.last_ns


def judged_with(result):
    base = samples.rejected()
    part = base.parts[0]
    made = replace(part, result=replace(part.result, criteria=(result, *part.result.criteria[1:])))
    return figures(replace(base, parts=(made,)))[0]


def test_a_long_violation_is_not_enlarged():
    long = (samples.at(20), samples.at(60))
    result = CriterionResult(
        "prompt", Verdict.FAIL, -1.0, worst_ns=samples.at(30), violations=(long,)
    )
    assert judged_with(result).zoom is None


def test_a_failure_without_a_violated_interval_is_enlarged_where_it_is_worst():
    result = CriterionResult("prompt", Verdict.FAIL, -1.0, worst_ns=samples.at(1))
    zoom = judged_with(result).zoom
    assert (zoom.first_ns, zoom.last_ns) == (samples.at(0), samples.at(3))
    far = replace(result, violations=((samples.at(40), samples.at(41)),))
    assert judged_with(far).zoom == zoom
    assert judged_with(replace(result, worst_ns=None)).zoom is None


def test_a_violation_of_a_single_instant_is_a_line_of_its_own():
    instants = tuple((at, at + 1) for at in (samples.at(12), samples.at(37.94)))
    result = CriterionResult(
        "prompt", Verdict.FAIL, -0.5, worst_ns=samples.at(37.94), violations=instants
    )
    base = samples.rejected()
    part = base.parts[0]
    made = replace(part, result=replace(part.result, criteria=(result, *part.result.criteria[1:])))
    drawing = parsed(replace(base, parts=(made,)))[0]
    lines = [item for item in drawn_as(drawing, "violated") if item.tag == f"{SVG}line"]
    places = [float(line.get("x1")[:-1]) for line in lines]
    assert places == pytest.approx([100 * 12 / 70, 100 * 37.94 / 70, 50], abs=0.01)
    assert all(int(line.get("y1")) < int(line.get("y2")) for line in lines)
    style = drawing.find(f"{SVG}style").text
    assert ".plot line.violated { stroke-width: 1.5; stroke-opacity: 1; }" in style


def test_a_failure_is_shown_with_what_the_artefact_was_given():
    failed, *held = figures(samples.rejected())
    assert failed.names == ("warning", "traction_control")
    assert failed.context == ("rear_left", "front_left")
    assert not any(figure.context for figure in held)
    names = [item.text for item in drawn_as(parsed(samples.rejected())[0], "name context")]
    assert names == ["rear_left", "front_left"] * 2  # in the whole and enlarged
    assert not any(figure.context for figure in figures(samples.failed()))
    assert not any(figure.context for figure in figures(samples.inconclusive()))


def test_of_many_inputs_four_are_shown_for_context_in_less_height():
    inputs = "".join(f'more_{index} = {{signal = "S{index}"}}\n' for index in range(6))
    text = samples.TEXT.replace("[reference]", f"{inputs}[reference]")
    judgement = samples.judged(samples.rejected().parts, text)
    figure = figures(judgement)[0]
    assert figure.context == ("rear_left", "front_left", "more_0", "more_1")
    shown = {panel.name: panel.height for panel in panels(figure, figure.whole, 0)}
    assert list(shown) == [*figure.names, *figure.context]
    standing = panels(figures(judgement)[1], figure.whole, 0)[0]
    assert BAR < shown["rear_left"] < standing.height
    assert shown["more_0"] == BAR


def test_violations_are_hatched_over_all_signals():
    drawing = parsed(samples.rejected())[0]
    overview, enlarged = [
        item for item in drawn_as(drawing, "violated") if item.get("x", "").endswith("%")
    ]
    assert overview.get("fill") == "url(#v1)"
    assert float(overview.get("x")[:-1]) == pytest.approx(100 * 50.29 / 70, abs=0.01)
    assert float(enlarged.get("width")[:-1]) == pytest.approx(100 * 0.26 / 4.26, abs=0.01)


def test_unknown_stretches_are_hatched_in_their_own_signal_alone():
    drawing = parsed(samples.inconclusive())[1]
    hatched = [item for item in drawn_as(drawing, "unknown") if item.get("x", "").endswith("%")]
    assert float(hatched[0].get("x")[:-1]) == pytest.approx(100 * 22.4 / 70, abs=0.01)
    assert len(hatched) == 2  # once in the whole, once enlarged


def test_the_legend_names_only_what_is_drawn():
    told = [
        [item.text for item in drawing.iter(f"{SVG}text")]
        for drawing in parsed(samples.rejected(), "zh")
    ]
    assert ["违反" in one for one in told] == [True, False, False]
    assert ["阈值" in one for one in told] == [False, True, False]
    assert not any("未知" in one for one in told)


def test_events_are_bars_and_values_are_steps():
    standing = parsed(samples.accepted())[1]
    assert len(drawn_as(standing, "event")) == 1
    assert len(drawn_as(standing, "step")) == 1
    assert is_event(Signal([0, 1], [0.0, 1.0], "SED"))
    assert is_event(Signal([0], [0.0]))
    assert not is_event(Signal([0], [0.0], "m/s"))
    assert not is_event(Signal([0, 1], [0.0, 2.0]))


def test_a_value_is_drawn_with_the_thresholds_near_it():
    standing = parsed(samples.accepted())[1]
    assert len(drawn_as(standing, "threshold")) == 2  # in the plot and in its legend
    base = samples.accepted()
    text = "max(rear_left, 3 * front_left) > 360 deg/s and 1e9 > rear_left and rear_left < 3 V and 5 rad/s > front_left"
    changed = replace(base.protocol.criteria[0], stl=text)
    figure = replace(figures(base)[0], criterion=changed)
    assert figure.thresholds == {
        "rear_left": (pytest.approx(2 * np.pi), 1e9),
        "front_left": (pytest.approx(5.0),),
    }


def test_the_signals_that_decided_come_first_then_the_others_of_the_criterion():
    first, second, third = figures(samples.accepted())
    assert first.names == ("warning", "traction_control")
    assert second.names == ("rear_left", "warning")
    assert third.names == ("traction_control", "warning")
    bold = [item.text for item in drawn_as(parsed(samples.accepted())[0], "name decides")]
    assert bold == ["warning"]


def test_a_failed_artefact_leaves_its_outputs_unknown():
    first = figures(samples.failed())[0]
    assert first.names == ("warning", "traction_control")
    drawing = parsed(samples.failed())[0]
    whole = [item for item in drawn_as(drawing, "unknown") if item.get("x") == "0%"]
    assert [item.get("width") for item in whole] == ["100%"]


def test_of_many_signals_the_first_are_drawn_and_the_rest_counted():
    base = samples.accepted()
    part = base.parts[0]
    names = tuple(f"s{index}" for index in range(11))
    result = replace(part.result.criteria[0], signals=names)
    made = replace(part, result=replace(part.result, criteria=(result, *part.result.criteria[1:])))
    figure = figures(replace(base, parts=(made,)))[0]
    assert (len(figure.names), figure.more) == (PANELS, 5)


def test_of_many_recordings_those_that_did_not_pass_are_drawn_first():
    judgement = samples.campaign(20, late=(15,), unclear=(18,))
    names = [part.result.name for part in drawn(judgement)]
    assert len(names) == RECORDINGS
    assert names == [f"generated-drive-{index}.log" for index in (*range(1, 11), 16, 19)]


def test_a_step_path_lifts_its_pen_over_the_unknown():
    assert path([0, 10, 20, 30], [5, 7, 7, 9], closed=False) == "M0 5H10V7H30V9H10000"
    assert path([0, 10, 20], [5, -1, 7], closed=False) == "M0 5H10M20 7H10000"
    assert path([0, 10, 20], [1000, 0, -1], closed=True) == "M0 1000V1000H10V0H20V1000"
    assert path([0], [-1], closed=True) == ""


def test_a_criterion_without_signals_has_no_plot():
    base = samples.accepted()
    changed = replace(base.protocol.criteria[0], stl="true")
    protocol = replace(base.protocol, criteria=(changed, *base.protocol.criteria[1:]))
    part = base.parts[0]
    result = replace(part.result.criteria[0], signals=())
    made = replace(part, result=replace(part.result, criteria=(result, *part.result.criteria[1:])))
    assert list(plots(replace(base, protocol=protocol, parts=(made,)))) == [
        "plots/2-standing.svg",
        "plots/3-quiet.svg",
    ]
