"""No side approves what differs between languages, lacks one, or what somebody asked about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from jointlab.agreements import access
from jointlab.agreements.models import Agreement, Approval, Version
from jointlab.agreements.negotiation.queries.lacking import Lack, what_is_missing
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.agreements.negotiation.services.approving import approve_agreement
from jointlab.agreements.negotiation.services.comments import (
    comment,
    set_comment_aside,
    settle_comment,
)
from jointlab.agreements.negotiation.services.editing import (
    add_clause,
    drop_clause,
    edit_clause,
    edit_parties,
    edit_terms,
    put_commitment,
    put_duty,
)
from jointlab.agreements.text import Clause, Commitment, Duty
from jointlab.common.errors import Refusal
from tests.agreements.make import change, make_complete, text_of
from tests.cast import Cast
from tests.parties.told import count, last

pytestmark = pytest.mark.django_db

SIXTY = {
    "en": "Paid within sixty days.",
    "zh-hans": "六十日内付款。",
    "ko": "60일 이내에 지급한다.",
}
PAYMENT = Clause("payment", {"en": "Payment", "zh-hans": "付款", "ko": "지급"}, SIXTY)
THIRTY = replace(PAYMENT, body={**SIXTY, "en": "Paid within thirty days."})
REPORT = {"en": "Deliver a report", "zh-hans": "提交报告", "ko": "보고서를 제출한다"}


@pytest.fixture
def agreement(cast: Cast) -> Agreement:
    """A draft that lacks nothing, with a clause on payment."""
    made = make_complete(cast)
    change(cast, add_clause, made, clause=PAYMENT)
    return made


def missing(cast: Cast, agreement: Agreement, name: str = "enterprise_office") -> list[Lack]:
    agreement.refresh_from_db()
    own = cast.membership(name)
    comments = access.open_comments_by_clause(cast.people[name], agreement)
    return what_is_missing(agreement, latest_version(agreement), own, comments)


def lines(cast: Cast, agreement: Agreement, name: str = "enterprise_office") -> list[str]:
    return [lack.line for lack in missing(cast, agreement, name)]


def approve(cast: Cast, agreement: Agreement, name: str = "enterprise_office") -> Agreement:
    sha256 = text_of(agreement).sha256
    return approve_agreement(by=cast.people[name], agreement=agreement, sha256=sha256)


def refused(cast: Cast, agreement: Agreement, why: str, *names: str) -> None:
    for name in names or ("university_office", "enterprise_office"):
        with pytest.raises(Refusal, match=why):
            approve(cast, agreement, name)
    assert not Approval.objects.exists()


def number(agreement: Agreement, clause: str = "payment") -> int:
    return [each.id for each in text_of(agreement).clauses].index(clause) + 1


def test_thirty_days_in_english_and_sixty_in_chinese_are_not_approved(
    cast: Cast, agreement: Agreement
) -> None:
    assert not missing(cast, agreement)
    change(cast, edit_clause, agreement, clause=THIRTY)
    [lack] = missing(cast, agreement)
    assert lack.line == (
        f"Clause {number(agreement)}: translations differ. Since the last change nobody has"
        " written or confirmed: Chinese and Korean."
    )
    assert lack.url == reverse("agreements:edit-clause", args=[agreement.code, "payment"])
    refused(cast, agreement, "translations differ")
    written = replace(
        THIRTY, body={**THIRTY.body, "zh-hans": "三十日内付款。", "ko": "30일 이내에 지급한다."}
    )
    change(cast, edit_clause, agreement, by="enterprise_office", clause=written)
    assert approve(cast, agreement)


def test_an_obligation_in_english_alone_is_not_approved(cast: Cast, agreement: Agreement) -> None:
    duty = Duty("report", cast.university.pk, {"en": REPORT["en"]}, date(2099, 1, 1))
    change(cast, put_duty, agreement, duty=duty)
    [lack] = missing(cast, agreement)
    assert lack.line == (
        "The obligation “Deliver a report”: not yet written in Chinese and Korean."
    )
    assert lack.url == reverse("agreements:edit-duty", args=[agreement.code, "report"])
    refused(cast, agreement, "Deliver a report")
    change(cast, put_duty, agreement, duty=replace(duty, what=REPORT))
    assert approve(cast, agreement)


def test_a_commitment_lacks_a_language_or_differs_like_a_clause(
    cast: Cast, agreement: Agreement
) -> None:
    bench = Commitment("bench", cast.enterprise.pk, {"ko": "시험대"})
    change(cast, put_commitment, agreement, commitment=bench)
    refused(cast, agreement, "The commitment “시험대”: not yet written in English and Chinese")
    whole = replace(bench, what={"en": "A bench", "zh-hans": "试验台", "ko": "시험대"})
    change(cast, put_commitment, agreement, commitment=whole)
    assert not missing(cast, agreement)
    two = replace(whole, what={**whole.what, "en": "Two benches"})
    change(cast, put_commitment, agreement, commitment=two)
    refused(cast, agreement, "The commitment “Two benches”: translations differ")
    change(cast, put_commitment, agreement, commitment=two, confirmed=True)
    assert approve(cast, agreement)


def test_names_directions_and_what_parties_are_called_differ_too(
    cast: Cast, agreement: Agreement
) -> None:
    text = text_of(agreement)
    directions = ({**text.terms.directions[0], "ko": "차량 전자"}, *text.terms.directions[1:])
    names = {**text.names, "zh-hans": "合作备忘录"}
    terms = replace(text.terms, directions=directions)
    change(cast, edit_terms, agreement, terms=terms, names=names)
    first = replace(text.parties[0], capacity={**text.parties[0].capacity, "en": "the School"})
    change(cast, edit_parties, agreement, parties=(first, *text.parties[1:]))
    told = lines(cast, agreement)
    assert [line.split(":")[0] for line in told] == [
        "Its name",
        "The directions of cooperation",
        "What “the School” is called",
    ]
    assert all("translations differ" in line for line in told)
    text = text_of(agreement)
    change(cast, edit_terms, agreement, terms=text.terms, names=text.names, confirmed=True)
    change(cast, edit_parties, agreement, parties=text.parties, confirmed=True)
    assert not missing(cast, agreement)


def test_a_direction_and_a_capacity_in_one_language_lack_the_others(
    cast: Cast, agreement: Agreement
) -> None:
    text = text_of(agreement)
    terms = replace(text.terms, directions=({"en": "Radar"},))
    change(cast, edit_terms, agreement, terms=terms, names=text.names)
    party = replace(text.parties[0], capacity={"en": "the School"})
    change(cast, edit_parties, agreement, parties=(party, *text.parties[1:]), confirmed=True)
    told = lines(cast, agreement)
    assert "The directions of cooperation: not yet written in Chinese and Korean." in told
    assert "What “the School” is called: not yet written in Chinese and Korean." in told


def test_who_confirms_makes_a_version_of_the_same_text_and_is_named(
    cast: Cast, agreement: Agreement
) -> None:
    change(cast, edit_clause, agreement, clause=THIRTY)
    before = text_of(agreement).sha256
    version = change(cast, edit_clause, agreement, clause=THIRTY, confirmed=True)
    assert (version.sha256, version.part, version.behind) == (before, "confirmed", {})
    entry = last(cast.partnership)
    assert entry.event == "agreements.languages_confirmed"
    assert entry.facts["actor"]["id"] == str(cast.university_office.pk)
    assert entry.facts["clause"] == PAYMENT.heading
    # There is nothing more to confirm: neither a version nor an entry.
    entries = count(cast.partnership)
    assert change(cast, edit_clause, agreement, clause=THIRTY, confirmed=True) == version
    assert count(cast.partnership) == entries


def test_a_change_that_alters_no_meaning_is_confirmed_as_it_is_made(
    cast: Cast, agreement: Agreement
) -> None:
    typo = replace(PAYMENT, body={**SIXTY, "en": "Paid within sixty (60) days."})
    version = change(cast, edit_clause, agreement, clause=typo, confirmed=True)
    assert (version.part, version.behind) == ("clause", {})
    assert last(cast.partnership).event == "agreements.languages_confirmed"
    assert not missing(cast, agreement)


def test_the_mark_is_no_part_of_the_text_nor_of_its_hash(cast: Cast, agreement: Agreement) -> None:
    version = change(cast, edit_clause, agreement, clause=THIRTY)
    assert version.behind
    assert "behind" not in version.content
    kept = Version.objects.get(pk=version.pk)
    assert kept.text.sha256 == kept.sha256


def test_an_open_comment_hinders_every_side_that_may_know_of_it(
    cast: Cast, agreement: Agreement
) -> None:
    said = comment(by=cast.dean, agreement=agreement, text="Sixty?", clause="payment")
    whole = comment(by=cast.division_head, agreement=agreement, text="Who keeps the originals?")
    on_clause, on_text = missing(cast, agreement)
    assert on_clause.line == f"1 open comment on clause {number(agreement)}."
    assert on_clause.url.endswith(f"/{agreement.code}/comments/?clause=payment")
    assert on_text.line == "1 open comment on the text."
    refused(cast, agreement, "1 open comment on clause")
    settle_comment(by=cast.university_office, comment=said)
    refused(cast, agreement, "1 open comment on the text")
    set_comment_aside(by=cast.general_manager, comment=whole, reason="In the protocol.")
    assert approve(cast, agreement)


def test_what_a_side_says_to_itself_hinders_that_side_and_tells_the_other_nothing(
    cast: Cast, agreement: Agreement
) -> None:
    said = comment(
        by=cast.dean, agreement=agreement, text="Ask the dean.", clause="payment", own_side=True
    )
    assert not missing(cast, agreement, "enterprise_office")
    refused(cast, agreement, "1 open comment on clause", "university_office", "vice_president")
    assert approve(cast, agreement, "enterprise_office")
    set_comment_aside(by=cast.dean, comment=said, reason="Answered.")
    assert approve(cast, agreement, "university_office")


def test_a_comment_on_a_clause_that_was_dropped_is_open_still(
    cast: Cast, agreement: Agreement
) -> None:
    comment(by=cast.dean, agreement=agreement, text="Sixty?", clause="payment")
    change(cast, drop_clause, agreement, clause="payment")
    assert lines(cast, agreement) == ["1 open comment on the text."]


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "translations differ"),
        ("zh-hans", "各语言文本不一致"),
        ("ko", "언어별 문구 불일치"),
    ],
)
def test_the_list_is_in_the_readers_language_and_links_to_each_place(
    cast: Cast, agreement: Agreement, client: Any, language: str, line: str
) -> None:
    change(cast, edit_clause, agreement, clause=THIRTY)
    comment(by=cast.dean, agreement=agreement, text="Sixty?", clause="payment")
    at = f"/{language}/agreements/{agreement.code}"
    places = {
        "university_office": (f"{at}/edit/clauses/payment/", f"{at}/comments/?clause=payment"),
        "vice_president": (f"{at}/#clause-payment", f"{at}/comments/?clause=payment"),
    }
    for name, links in places.items():
        client.force_login(cast.people[name])
        for page in (f"{at}/", f"{at}/approve/"):
            text = client.get(page).content.decode()
            assert line in text
            assert all(f'<a href="{link}">' in text for link in links)
            assert 'name="sha256"' not in text
