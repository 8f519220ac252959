"""The page itself: whole, self-contained, safe, the same each time, readable."""

import re
from dataclasses import replace

import numpy as np
import pytest

from tests.trialbench.report import samples
from tests.trialbench.report.reading import read, text
from trialbench.report import plots, render
from trialbench.verdict import Verdict

LANGUAGES = ("en", "zh", "ko")


@pytest.mark.parametrize("case", samples.CASES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_whole_and_needs_nothing_from_outside(case, language):
    page = render(samples.CASES[case](), language)
    assert page.startswith("<!DOCTYPE html>\n<html")
    reader = read(page)
    assert not {"script", "link", "iframe", "object", "img"} & set(reader.tags)
    outside = page.replace("http://www.w3.org/2000/svg", "")
    assert "http" not in outside
    assert "//" not in re.sub(r"\s", "", "".join(re.findall(r"url\([^)]*\)|@import[^;]*", outside)))
    for _, key, value in reader.attributes:
        assert not key.startswith("on")
        assert key not in {"src", "href"} or value.startswith("#")
    identities = [value for _, key, value in reader.attributes if key == "id"]
    assert len(identities) == len(set(identities))


@pytest.mark.parametrize("case", samples.CASES)
def test_the_same_judgement_gives_the_same_bytes(case):
    first, second = samples.CASES[case](), samples.CASES[case]()
    assert render(first) == render(second)
    assert plots(first) == plots(second)
    shuffled = replace(second, dbc_sha256=dict(reversed(second.dbc_sha256.items())))
    parts = tuple(
        replace(part, scene=replace(
            part.scene, signals=dict(reversed(part.scene.signals.items())),
        ))
        for part in second.parts
    )  # fmt: skip
    shuffled = replace(shuffled, parts=parts)
    assert render(shuffled, "ko") == render(first, "ko")


@pytest.mark.parametrize(("language", "tag"), [("en", "en"), ("zh", "zh-CN"), ("ko", "ko")])
def test_the_page_says_its_language(language, tag):
    assert ("html", "lang", tag) in read(render(samples.accepted(), language)).attributes


def test_another_language_is_refused():
    with pytest.raises(ValueError, match="no report in language 'de'"):
        render(samples.accepted(), "de")


@pytest.mark.parametrize(
    ("margin", "verdict", "x", "width"),
    [
        (-0.5, "fail", "30.0", "30.0"),
        (0.5, "pass", "60", "30.0"),
        (float("-inf"), "fail", "0.0", "60.0"),
        (0.0, "pass", "60", "0.0"),
    ],
)
def test_the_margin_bar_leans_to_the_side_of_the_verdict(margin, verdict, x, width):
    base = samples.rejected()
    part = base.parts[0]
    result = replace(part.result.criteria[0], margin=margin, verdict=Verdict(verdict))
    made = replace(part, result=replace(part.result, criteria=(result, *part.result.criteria[1:])))
    assert f'<rect x="{x}" y="1" width="{width}" height="8" class="filled">' in render(
        replace(base, parts=(made,))
    )


def test_what_strangers_name_stays_text():
    page = render(samples.hostile())
    reader = read(page)
    assert "script" not in reader.tags
    assert "<script" not in page.lower()
    assert "<b onload" not in page
    assert "\x07" not in page
    assert "alert('x')" in text(page)
    # What turns the direction of writing is shut in an element that ends it.
    heading = page.split("<h1>")[1].split("</h1>")[0]
    assert heading.startswith("<bdi>")
    assert heading.endswith("</bdi>")
    for drawing in plots(samples.hostile()).values():
        assert "<script" not in drawing


def test_the_plots_of_the_page_are_those_of_the_bundle():
    page = render(samples.rejected())
    assert page.count("<figure ") == 3 == len(plots(samples.rejected()))
    for number in (1, 2, 3):
        assert f'id="v{number}"' in page


def test_a_criterion_without_signals_says_that_there_is_nothing_to_draw():
    base = samples.accepted()
    changed = replace(base.protocol.criteria[0], stl="true")
    part = base.parts[0]
    result = replace(part.result.criteria[0], signals=())
    made = replace(part, result=replace(part.result, criteria=(result, *part.result.criteria[1:])))
    protocol = replace(base.protocol, criteria=(changed, *base.protocol.criteria[1:]))
    assert "Nothing to draw" in text(render(replace(base, protocol=protocol, parts=(made,))))


def test_signals_that_are_not_drawn_are_counted():
    base = samples.accepted()
    part = base.parts[0]
    result = replace(part.result.criteria[0], signals=tuple(f"s{index}" for index in range(9)))
    made = replace(part, result=replace(part.result, criteria=(result, *part.result.criteria[1:])))
    assert "More signals, not drawn: 3." in text(render(replace(base, parts=(made,))))


def test_a_million_samples_make_a_page_of_ordinary_size():
    base = samples.accepted()
    part = base.parts[0]
    times = np.linspace(samples.BEGIN, samples.END, 1_000_000).astype(np.int64)
    noise = samples.Signal(times, np.random.default_rng(0).normal(size=times.size), "rad/s")
    scene = replace(part.scene, signals={**part.scene.signals, "rear_left": noise})
    assert len(render(replace(base, parts=(replace(part, scene=scene),)))) < 300_000


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_every_text_contrasts_with_its_ground(mode):
    """WCAG 2.2, success criterion 1.4.3: 4.5 to 1 for text, 3 to 1 for drawings (1.4.11)."""
    tokens = re.findall(r":root \{(.*?)\}", render(samples.accepted()), re.DOTALL)[mode]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", tokens))

    def ratio(one, other):
        light, dark = sorted((luminance(colours[one]), luminance(colours[other])), reverse=True)
        return (light + 0.05) / (dark + 0.05)

    for state in ("passed", "failed", "unclear"):
        assert ratio(state, "paper") >= 4.5
        assert ratio(state, f"{state}-ground") >= 4.5
        assert ratio("ink", f"{state}-ground") >= 4.5
    for colour in ("ink", "quiet"):
        assert ratio(colour, "paper") >= 4.5
    assert ratio("ink", "raised") >= 4.5
    assert (
        min(ratio("accent", "paper"), ratio("unknown", "paper"), ratio("accent", "violated-ground"))
        >= 3
    )
