"""What everybody reads of an unveiled laboratory."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils.html import escape

from jointlab.common.errors import Refusal
from jointlab.laboratory.services.laboratories import edit_laboratory
from jointlab.laboratory.services.parts import vacate
from jointlab.parties.services.memberships import end_membership
from tests.cast import EVERYBODY, Cast
from tests.laboratory.make import (
    ABOUT,
    CODE,
    NAMES,
    confirm,
    end,
    make_ready,
    make_unveiled,
)

LANGUAGES = ("en", "zh-hans", "ko")
COLUMN = {"en": "en", "zh-hans": "zh", "ko": "ko"}


def page(client: Client, language: str = "en", status: int = 200) -> str:
    answer = client.get(f"/{language}/laboratories/{CODE}/")
    assert answer.status_code == status
    return answer.content.decode()


@pytest.mark.parametrize("name", ["public", *EVERYBODY])
@pytest.mark.parametrize("words", [0, 1])
def test_before_every_side_has_confirmed_there_is_nothing(
    cast: Cast, client: Client, name: str, words: int
) -> None:
    laboratory = make_ready(cast)
    for signatory in ("vice_president",)[:words]:
        confirm(cast, signatory, laboratory)
    if name != "public":
        client.force_login(cast.people[name])
    page(client, status=404)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_reads_it_in_each_language(cast: Cast, client: Client, language: str) -> None:
    make_unveiled(cast)
    html = page(client, language)
    name, about = NAMES[f"name_{COLUMN[language]}"], ABOUT[f"about_{COLUMN[language]}"]
    assert re.search(rf"<h1[^>]*><bdi>{name}</bdi></h1>", html)
    assert html.count("<h1") == 1
    for part in (*NAMES.values(), about, "北湖大学", "아스테리온 자동차"):
        assert part in html
    direction = {"en": "History of cooperation", "zh-hans": "合作历程", "ko": "협력 연혁"}
    title = {"en": "Dean of automation", "zh-hans": "自动化学院院长", "ko": "자동화학원장"}
    kind = {
        "en": "Strategic cooperation agreement",
        "zh-hans": "战略合作协议",
        "ko": "전략적 협력 협약",
    }
    for part in (direction, title, kind):
        assert part[language] in html
    here = f"http://testserver/{language}/laboratories/{CODE}/"
    assert f'<link rel="canonical" href="{here}">' in html
    assert f'<meta name="description" content="{about}">' in html
    assert f'<meta property="og:title" content="{name}">' in html
    assert f'<meta property="og:url" content="{here}">' in html
    found = re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)"', html)
    assert dict(found) == {
        "en": f"http://testserver/en/laboratories/{CODE}/",
        "zh-Hans": f"http://testserver/zh-hans/laboratories/{CODE}/",
        "ko": f"http://testserver/ko/laboratories/{CODE}/",
    }


def test_it_tells_nothing_of_the_agreement_but_its_kind(cast: Cast, client: Client) -> None:
    laboratory = make_unveiled(cast)
    html = page(client)
    assert laboratory.agreement.code not in html
    assert "inside/" not in html


def test_search_engines_may_read_it(cast: Cast, client: Client) -> None:
    make_unveiled(cast)
    answer = client.get(f"/en/laboratories/{CODE}/")
    assert answer["X-Robots-Tag"] == "all"
    had = {"if-none-match": answer["ETag"]}
    assert client.get(f"/en/laboratories/{CODE}/", headers=had).status_code == 304


def test_insiders_find_the_way_inside(cast: Cast, client: Client) -> None:
    make_unveiled(cast)
    client.force_login(cast.engineer)
    assert f"/en/laboratories/{CODE}/inside/" in page(client)
    client.force_login(cast.other_office)
    assert f"/en/laboratories/{CODE}/inside/" not in page(client)


def test_a_change_shows_at_once(cast: Cast, client: Client) -> None:
    laboratory = make_unveiled(cast)
    edit_laboratory(
        by=cast.university_office,
        laboratory=laboratory,
        version=laboratory.version,
        about_en="Changed <script>alert(1)</script>",
    )
    html = page(client)
    assert escape("Changed <script>alert(1)</script>") in html
    assert "<script>alert" not in html


def test_who_directs_no_more_is_not_named(cast: Cast, client: Client) -> None:
    laboratory = make_unveiled(cast)
    assert "Head of body and safety" in page(client)
    vacate(by=cast.enterprise_office, seat=laboratory.seats.get(organisation=cast.enterprise))
    end_membership(by=cast.university_office, membership=cast.membership("dean"))
    html = page(client)
    assert "Head of body and safety" not in html
    assert "Dean of automation" not in html


def test_after_the_end_of_the_partnership_its_page_says_that_it_is_closed(
    cast: Cast, client: Client
) -> None:
    make_unveiled(cast)
    assert "closed" not in page(client)
    end(cast)
    html = page(client)
    assert "This laboratory is closed." in html
    assert "Dean of automation" in html  # who directed it to the end


def test_it_says_whom_to_write_to_when_an_office_has_said_so(cast: Cast, client: Client) -> None:
    laboratory = make_unveiled(cast)
    assert "mailto:" not in page(client)
    edit_laboratory(
        by=cast.university_office,
        laboratory=laboratory,
        version=laboratory.version,
        contact="laboratory@example.org",
    )
    assert 'href="mailto:laboratory@example.org"' in page(client)


def test_an_address_that_is_none_is_refused(cast: Cast) -> None:
    laboratory = make_unveiled(cast)
    with pytest.raises(Refusal, match="address to write to"):
        edit_laboratory(
            by=cast.university_office,
            laboratory=laboratory,
            version=laboratory.version,
            contact="nowhere",
        )
