"""A Korean particle follows how the word before it is read."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from jointlab.common.mail import compose
from jointlab.common.particles import settle
from tests.cast import OWN, Cast


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("협약⟦을/를⟧", "협약을"),
        ("연구소⟦을/를⟧", "연구소를"),
        ("「전략적 협력 협약」⟦이/가⟧", "「전략적 협력 협약」이"),
        ("‘광전공학대학’⟦은/는⟧", "‘광전공학대학’은"),
        ("공동연구실⟦으로/로⟧", "공동연구실로"),
        ("담당자⟦으로/로⟧", "담당자로"),
        ("사무국⟦으로/로⟧", "사무국으로"),
        ("기록 3⟦과/와⟧", "기록 3과"),
        ("기록 2⟦과/와⟧", "기록 2와"),
        ("기록 10⟦을/를⟧", "기록 10을"),
        ("기록 7⟦으로/로⟧", "기록 7로"),
        ("SL⟦이/가⟧", "SL이"),
        ("CQUPT⟦은/는⟧", "CQUPT는"),
        ("ROR⟦을/를⟧", "ROR을"),
        ("Smile⟦으로/로⟧", "Smile로"),
        ("JointLab⟦을/를⟧", "JointLab을"),
        ("liu@cqupt.example.cn⟦으로/로⟧", "liu@cqupt.example.cn으로"),
        ("에스엘(SL Corporation)⟦을/를⟧", "에스엘(SL Corporation)을"),
        ("重庆邮电大学 (충칭우전대학교)⟦을/를⟧", "重庆邮电大学 (충칭우전대학교)를"),
        ("重庆邮电大学⟦을/를⟧", "重庆邮电大学을"),
        ("龙⟦을/를⟧", "龙을(를)"),
        ('<a href="/ko/x/"><bdi>협약</bdi></a>⟦을/를⟧', '<a href="/ko/x/"><bdi>협약</bdi></a>을'),
        ("Q&amp;A⟦을/를⟧", "Q&amp;A를"),
    ],
)
def test_the_particle_is_the_one_that_is_spoken(written: str, read: str) -> None:
    assert settle(written) == read


def test_what_is_no_particle_in_such_brackets_stays() -> None:
    assert settle("수식 ⟦x⟧을 정리") == "수식 ⟦x⟧을 정리"


def test_a_korean_page_leaves_no_particle_open(cast: Cast, client: Client) -> None:
    client.force_login(cast.auditor)
    page = client.get(f"/ko/partnerships/{OWN}/history/").content.decode()
    assert re.search(r"</bdi>(</[a-z]+>)*[’”」]?[을를] ", page)
    assert "⟦" not in page


def test_a_korean_letter_leaves_no_particle_open() -> None:
    letter = compose(
        "agreements/mail/asked",
        to="a@example.org",
        language="ko",
        agreement="전략적 협력 협약",
    )
    assert "「전략적 협력 협약」을 승인했습니다" in letter.body
