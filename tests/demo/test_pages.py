"""What the public reads of the demonstration, and what its people find."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from jointlab.demo import story
from jointlab.demo.cast import PARTNERSHIP
from jointlab.newsroom.models import Kind, Story
from jointlab.parties.models import Person

LANGUAGES = ("en", "zh-hans", "ko")


pytestmark = pytest.mark.usefixtures("told", "db")


def read(client: Client, name: str, language: str = "en", **arguments: str) -> str:
    with translation.override(language):
        answer = client.get(reverse(name, kwargs=arguments))
    assert answer.status_code == 200
    return answer.content.decode()


def slug(kind: str) -> str:
    found = Story.objects.get(kind=kind, partnership__code=PARTNERSHIP).slug
    assert found
    return found


@pytest.mark.parametrize(
    ("language", "facts"),
    [
        (
            "en",
            [
                "24 June 2019",
                "Xu Guanghong",
                "Liu Renliang",
                "School of Optoelectronics",
                "An illustration",
            ],
        ),
        ("zh-hans", ["2019年6月24日", "Xu Guanghong", "Liu Renliang", "战略合作协议", "示意图"]),
        ("ko", ["2019년 6월 24일", "쉬광훙", "류런량", "전략적 협력 협약", "삽화"]),
    ],
)
def test_everybody_reads_the_news_of_the_ceremony(
    client: Client, language: str, facts: list[str]
) -> None:
    page = read(client, "newsroom:story", language, slug=slug(Kind.NEWS))
    assert [fact for fact in facts if fact not in page] == []
    assert "pictures/" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_reads_the_laboratorys_page(client: Client, language: str) -> None:
    page = read(client, "newsroom:laboratory_page", language, slug=slug(Kind.LABORATORY))
    title = story._read_text("laboratory", language)["title"]
    assert title in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_home_page_leads_to_the_news(client: Client, language: str) -> None:
    title = story._read_text("ceremony", language)["title"]
    assert escape(title) in read(client, "newsroom:home", language)


@override_settings(DEMONSTRATION=True)
def test_every_page_says_that_it_is_a_demonstration(client: Client) -> None:
    said = "This is a demonstration."
    assert said in read(client, "newsroom:home")
    assert said in read(client, "account_login")
    client.force_login(Person.objects.get(email="engineer@company.example"))
    assert said in read(client, "desk:desk")
    assert said in read(client, "taxonomy:skills")


def test_each_person_finds_the_partnership_on_their_desk(client: Client) -> None:
    for line in story.sign_in_lines()[1:-1]:
        client.force_login(Person.objects.get(email=line.split()[0]))
        assert "CQUPT and the Continental Group in Chongqing" in read(client, "desk:desk")
