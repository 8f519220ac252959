"""An agreement's page: where it stands, what can be done now, its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from jointlab.agreements.models import Agreement, Relation, State
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.agreements.negotiation.services.approving import approve_agreement
from jointlab.agreements.negotiation.services.editing import drop_clause
from tests.agreements.make import change, make_agreement, make_approved, make_complete, text_of
from tests.agreements.sign import make_signed, make_signing
from tests.cast import OWN, Cast

pytestmark = pytest.mark.django_db
NAMES = {"name_en": "Next agreement", "name_zh": "下一个协议", "name_ko": "다음 협약"}


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


class Reader:
    """Somebody of the cast at their browser."""

    def __init__(self, cast: Cast, name: str) -> None:
        self.client = Client()
        self.client.force_login(cast.people[name])

    def get(self, page: str, code: str) -> str:
        answer = self.client.get(reverse(f"agreements:{page}", args=[code]))
        assert answer.status_code == 200
        return answer.content.decode()

    def post(self, page: str, code: str, **data: Any) -> HttpResponse:
        return self.client.post(reverse(f"agreements:{page}", args=[code]), data)


def told(answer: HttpResponse) -> str:
    """Return a form that came back with its refusal."""
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_what_it_is_where_it_stands_and_what_is_lacking(cast: Cast) -> None:
    text = Reader(cast, "university_office").get("agreement", make_agreement(cast).code)
    assert "Strategic cooperation agreement" in text
    assert "Being negotiated" in text
    assert "Still missing before approval" in text
    assert "Read and approve" not in text
    assert "Withdraw the draft" in text
    assert re.search(r'aria-current="page"[^>]*>\s*Text\b', text)


@pytest.mark.parametrize(
    ("language", "heading"), [("en", "the University"), ("zh-hans", "校方"), ("ko", "대학")]
)
def test_the_text_is_read_in_the_readers_language(cast: Cast, language: str, heading: str) -> None:
    agreement = make_complete(cast)
    with translation.override(language):
        text = Reader(cast, "dean").get("agreement", agreement.code)
    assert heading in text
    assert text_of(agreement).clauses[0].heading[language] in text
    assert "{start}" not in text


def test_the_life_names_who_approved_and_who_signed(cast: Cast) -> None:
    text = Reader(cast, "dean").get("agreement", make_signed(cast).code)
    life = text[text.index("Life of the agreement") : text.index("facts")]
    for who in ("University office", "Enterprise office", "Vice president", "Division head"):
        assert who in life
    assert life.count("Signed") == 2
    assert life.count("Witnessed") == 2
    assert "In force" in life


def test_nobody_is_offered_what_they_may_not_do_now(cast: Cast) -> None:
    offered = {
        "vice_president": {"approve"},
        "university_office": {"approve", "withdraw"},
        "dean": set(),
        "auditor": set(),
    }
    pages = ("approve", "unapprove", "reopen", "withdraw", "amend", "renew")

    def offers(name: str, agreement: Agreement) -> set[str]:
        text = Reader(cast, name).get("agreement", agreement.code)
        return {
            page
            for page in pages
            if f'href="{reverse(f"agreements:{page}", args=[agreement.code])}"' in text
        }

    draft = make_complete(cast)
    for name, expected in offered.items():
        assert offers(name, draft) == expected
    sha256 = text_of(draft).sha256
    approve_agreement(by=cast.vice_president, agreement=draft, sha256=sha256)
    assert offers("vice_president", draft) == {"unapprove"}
    assert offers("general_manager", draft) == {"approve"}
    approved = make_approved(cast)
    assert offers("university_office", approved) == {"reopen"}
    assert offers("vice_president", approved) == set()
    signed = make_signed(cast)
    assert offers("enterprise_office", signed) == {"amend", "renew"}
    assert offers("engineer", signed) == set()


def test_who_is_asked_to_sign_is_led_there(cast: Cast) -> None:
    agreement = make_signing(cast)
    assert "Read and sign" in Reader(cast, "vice_president").get("agreement", agreement.code)
    assert "Read and sign" not in Reader(cast, "general_manager").get("agreement", agreement.code)


def test_an_office_drafts_from_the_partnerships_page(cast: Cast) -> None:
    office = Reader(cast, "university_office")
    link = reverse("agreements:draft", args=[OWN])
    assert link in office.get("of-partnership", OWN)
    assert link not in Reader(cast, "vice_president").get("of-partnership", OWN)
    today = timezone.localdate()
    answer = office.post("draft", OWN, kind="project", start=today, end="", **NAMES)
    assert answer.status_code == 302
    agreement = Agreement.objects.get()
    assert answer["Location"] == reverse("agreements:agreement", args=[agreement.code])
    assert (agreement.kind, agreement.ends_on) == ("project", None)
    assert agreement.names == {
        "en": "Next agreement",
        "zh-hans": "下一个协议",
        "ko": "다음 협약",
    }
    assert reverse("agreements:agreement", args=[agreement.code]) in office.get(
        "of-partnership", OWN
    )


def test_what_the_service_refuses_stands_on_the_form(cast: Cast) -> None:
    today = timezone.localdate()
    before = today - timedelta(days=1)
    office = Reader(cast, "university_office")
    text = told(office.post("draft", OWN, kind="project", start=today, end=before, **NAMES))
    assert "It cannot end before it begins." in text
    assert "다음 협약" in text
    assert not Agreement.objects.exists()


def test_one_approves_what_one_has_read(cast: Cast) -> None:
    agreement = make_complete(cast)
    reader, sha256 = Reader(cast, "vice_president"), text_of(agreement).sha256
    assert sha256 in reader.get("approve", agreement.code)
    told(reader.post("approve", agreement.code, sha256=sha256))  # without saying that it was read
    assert not latest_version(agreement).approvals.exists()
    assert reader.post("approve", agreement.code, sha256=sha256, read="on").status_code == 302
    assert "Withdraw the approval" in reader.get("agreement", agreement.code)
    assert reader.post("unapprove", agreement.code).status_code == 302
    assert "Read and approve" in reader.get("agreement", agreement.code)


def test_who_approves_a_text_that_was_changed_reads_the_new_one_first(cast: Cast) -> None:
    agreement = make_complete(cast)
    read = text_of(agreement)
    change(cast, drop_clause, agreement, clause=read.clauses[-1].id)
    reader = Reader(cast, "general_manager")
    text = told(reader.post("approve", agreement.code, sha256=read.sha256, read="on"))
    assert "changed since you read it" in text
    assert text_of(agreement).sha256 in text
    assert not re.search(r'name="read"[^>]*checked', text)


def test_reopening_and_withdrawing_ask_why(cast: Cast) -> None:
    office, approved, draft = (
        Reader(cast, "university_office"),
        make_approved(cast),
        make_agreement(cast),
    )
    for page, agreement, state in (
        ("reopen", approved, State.DRAFT),
        ("withdraw", draft, State.WITHDRAWN),
    ):
        assert "Why" in office.get(page, agreement.code)
        told(office.post(page, agreement.code, reason=" "))
        assert office.post(page, agreement.code, reason="A wrong sum.").status_code == 302
        agreement.refresh_from_db()
        assert agreement.state == state
    assert "Withdrawn" in office.get("agreement", draft.code)


def test_what_was_approved_is_not_approved_again(cast: Cast) -> None:
    url = reverse("agreements:approve", args=[make_approved(cast).code])
    assert Reader(cast, "vice_president").client.get(url).status_code == 409


def test_an_amendment_begins_with_the_text_that_it_amends(cast: Cast) -> None:
    signed, office = make_signed(cast), Reader(cast, "university_office")
    start = timezone.localdate() + timedelta(days=30)
    too_late = (signed.ends_on or start) + timedelta(days=1)
    assert "in force" in told(office.post("amend", signed.code, start=too_late, end="", **NAMES))
    assert office.post("amend", signed.code, start=start, end="", **NAMES).status_code == 302
    amendment = signed.followers.get()
    assert (amendment.relation, amendment.starts_on) == (Relation.AMENDMENT, start)
    assert text_of(amendment).clauses == text_of(signed).clauses
    assert text_of(amendment).signers == text_of(signed).signers
    text = office.get("agreement", amendment.code)
    assert "Amendment" in text
    assert reverse("agreements:agreement", args=[signed.code]) in text


def test_a_renewal_begins_on_the_day_after_the_end(cast: Cast) -> None:
    signed, office = make_signed(cast), Reader(cast, "enterprise_office")
    assert signed.ends_on is not None
    end = signed.ends_on + timedelta(days=365)
    sent = office.post("renew", signed.code, start="2020-01-01", end=end, **NAMES)
    assert sent.status_code == 302
    renewal = signed.followers.get()
    assert (renewal.relation, renewal.ends_on) == (Relation.RENEWAL, end)
    assert renewal.starts_on == signed.ends_on + timedelta(days=1)


def test_the_page_takes_few_queries_however_long_the_text(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    agreement, reader = make_signed(cast), Reader(cast, "university_office")
    reader.get("agreement", agreement.code)
    with django_assert_max_num_queries(16):
        reader.get("agreement", agreement.code)
