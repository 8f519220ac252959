"""The pages on which an office edits terms, parties, who signs, what each brings and owes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jointlab.agreements.negotiation.services.approving import approve_agreement
from jointlab.agreements.negotiation.services.editing import edit_terms
from jointlab.parties.services.memberships import end_membership
from tests.agreements.editor import Editor, said
from tests.agreements.make import change, make_agreement, make_approved, make_complete, text_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db

ARABIC = "اتفاقية التعاون الاستراتيجي"


def test_every_term_is_edited_on_one_page(cast: Cast) -> None:
    agreement = make_agreement(cast)
    typed = {
        "name_en": "Cooperation",
        "name_ko": "협력",
        "start": "2027-01-01",
        "end": "",
        "renewal": "by agreement",
        "direction_en_0": "Vision 🚗",
        "direction_zh_0": "视觉",
        "direction_en_2": ARABIC,
        "ip_model": "lambert-3",
        "publication_notice_days": "45",
        "publication_delay_days": "120",
        "confidentiality_years": "7",
        "governing_law": "KR",
        "prevailing": "ko",
    }

    answer = Editor(cast, agreement).save("edit-terms", **typed)

    assert answer.status_code == 302
    terms, names = text_of(agreement).terms, text_of(agreement).names
    assert names == {"en": "Cooperation", "zh-hans": "战略合作协议", "ko": "협력"}
    assert (terms.start, terms.end, terms.renewal) == (date(2027, 1, 1), None, "by agreement")
    assert terms.directions == ({"en": "Vision 🚗", "zh-hans": "视觉"}, {"en": ARABIC})
    assert (terms.ip_model, terms.governing_law, terms.prevailing) == ("lambert-3", "KR", "ko")
    assert terms.publication_notice_days == 45
    assert terms.publication_delay_days == 120
    assert terms.confidentiality_years == 7


def test_a_direction_is_dropped_by_emptying_its_row(cast: Cast) -> None:
    agreement = make_complete(cast)
    row = {f"direction_{end}_0": "" for end in ("en", "zh", "ko")}

    Editor(cast, agreement).save("edit-terms", **row)

    assert [words["en"] for words in text_of(agreement).terms.directions] == [
        "Network communication"
    ]


def test_there_are_always_empty_rows_for_more_directions(cast: Cast) -> None:
    agreement = make_complete(cast)

    text = Editor(cast, agreement).read("edit-terms")

    assert "Direction 5" in text
    assert "Direction 6" not in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "The university owns the results."),
        ("zh-hans", "成果"),
        ("ko", "성과"),
    ],
)
def test_each_model_of_ip_says_what_it_implies(cast: Cast, language: str, words: str) -> None:
    editor = Editor(cast, make_agreement(cast))

    text = said(editor.client.get(f"/{language}/agreements/{editor.code}/edit/terms/"))

    assert text.count('class="implied"') == 11
    assert words in text


def test_a_confidentiality_agreement_asks_nothing_about_results(cast: Cast) -> None:
    agreement = make_agreement(cast, kind="confidentiality")
    editor = Editor(cast, agreement)

    assert "ip_model" not in editor.filled("edit-terms")
    assert editor.save("edit-terms", confidentiality_years="9").status_code == 302
    assert text_of(agreement).terms.confidentiality_years == 9


def test_dates_that_end_before_they_begin_are_told_beside_the_field(cast: Cast) -> None:
    agreement = make_agreement(cast)

    answer = Editor(cast, agreement).save(
        "edit-terms", start="2027-01-02", end="2027-01-01", name_en="Kept as typed"
    )

    text = said(answer)
    assert "It cannot end before it begins." in text
    assert "Kept as typed" in text
    assert text_of(agreement).terms.start != date(2027, 1, 2)


@pytest.mark.parametrize("field", ["governing_law", "ip_model", "prevailing", "renewal"])
def test_what_is_not_offered_is_not_taken(cast: Cast, field: str) -> None:
    agreement = make_agreement(cast)
    assert Editor(cast, agreement).save("edit-terms", **{field: "XX"}).status_code == 200
    agreement.refresh_from_db()
    assert agreement.latest == 1


def test_parties_are_named_called_and_put_in_order(cast: Cast) -> None:
    agreement = make_agreement(cast)
    first, second = text_of(agreement).parties
    typed = {
        f"name_en_{second.organisation.hex}": "Asterion Automotive Ltd",
        f"capacity_en_{second.organisation.hex}": "Asterion",
        f"place_{second.organisation.hex}": "1",
    }

    Editor(cast, agreement).save("edit-parties", **typed)

    parties = text_of(agreement).parties
    assert [party.organisation for party in parties] == [second.organisation, first.organisation]
    assert parties[0].names["en"] == "Asterion Automotive Ltd"
    assert parties[0].names["own"] == second.names["own"]
    assert parties[0].capacity["en"] == "Asterion"
    assert parties[1] == first


def test_a_party_keeps_a_name(cast: Cast) -> None:
    agreement = make_agreement(cast)
    party = text_of(agreement).parties[0]
    empty = {f"name_{end}_{party.organisation.hex}": "" for end in ("en", "zh", "ko")}
    names = {key: name for key, name in party.names.items() if key == "own"}

    Editor(cast, agreement).save("edit-parties", **empty)

    assert text_of(agreement).parties[0].names == names


def test_signatories_and_witnesses_are_chosen_from_the_members_in_order(cast: Cast) -> None:
    agreement = make_agreement(cast)
    typed = {
        "signatory_0": str(cast.general_manager.pk),
        "signatory_1": str(cast.vice_president.pk),
        "witness_1": str(cast.dean.pk),
    }

    Editor(cast, agreement).save("edit-signers", **typed)

    signers = text_of(agreement).signers
    assert [row.person for row in signers] == [
        cast.general_manager.pk,
        cast.vice_president.pk,
        cast.dean.pk,
    ]
    assert [row.witness for row in signers] == [False, False, True]


def test_nobody_signs_twice_and_no_stranger_signs(cast: Cast) -> None:
    agreement = make_agreement(cast)
    editor = Editor(cast, agreement)

    twice = editor.save("edit-signers", witness_0=str(cast.vice_president.pk))
    stranger = editor.save("edit-signers", witness_0=str(cast.other_office.pk))

    assert "Each person signs once" in said(twice)
    assert said(stranger)
    assert str(cast.other_office.pk) not in editor.read("edit-signers")
    agreement.refresh_from_db()
    assert agreement.latest == 1


def test_a_signatory_who_has_left_is_shown_as_one(cast: Cast) -> None:
    agreement = make_agreement(cast)
    end_membership(by=cast.university_office, membership=cast.membership("vice_president"))

    editor = Editor(cast, agreement)

    assert "Vice president (not a member any more)" in editor.read("edit-signers")
    assert "Only members of the partnership sign" in said(
        editor.save("edit-signers", witness_0=str(cast.dean.pk))
    )


def test_money_is_brought_in_a_currency_of_today(cast: Cast) -> None:
    agreement = make_agreement(cast)
    editor = Editor(cast, agreement)
    typed = {
        "organisation": str(cast.enterprise.pk),
        "what_en": "Research grant",
        "amount": "1200000.50",
        "currency": "CNY",
    }

    editor.save("add-commitment", **typed)
    editor.save(
        "add-commitment", **typed | {"what_en": "A test bench", "amount": "", "currency": ""}
    )

    grant, bench = text_of(agreement).commitments
    assert (grant.organisation, grant.amount, grant.currency) == (
        cast.enterprise.pk,
        "1200000.50",
        "CNY",
    )
    assert (bench.what, bench.amount, bench.currency) == ({"en": "A test bench"}, "", "")
    page = editor.read("edit-commitments")
    assert "Research grant" in page
    assert "A test bench" in page


@pytest.mark.parametrize(
    "typed",
    [
        {"amount": "12,000.50", "currency": "CNY"},
        {"amount": "-1", "currency": "CNY"},
        {"amount": "1e9", "currency": "CNY"},
        {"amount": "12000", "currency": "DEM"},
        {"amount": "12000", "currency": ""},
        {"what_en": "  "},
        {"organisation": "somebody else"},
    ],
)
def test_a_commitment_that_says_too_little_or_too_much_is_not_kept(
    cast: Cast, typed: dict[str, Any]
) -> None:
    agreement = make_agreement(cast)
    given = {"organisation": str(cast.enterprise.pk), "what_en": "Grant"} | typed
    assert Editor(cast, agreement).save("add-commitment", **given).status_code == 200
    assert text_of(agreement).commitments == ()


def test_an_obligation_is_added_edited_and_dropped(cast: Cast) -> None:
    agreement = make_agreement(cast)
    editor = Editor(cast, agreement)
    editor.save(
        "add-duty",
        organisation=str(cast.university.pk),
        what_en="Yearly report",
        what_ko="연차 보고서",
        due="2027-06-01",
        every="year",
    )
    [duty] = text_of(agreement).duties
    assert (duty.due, duty.every) == (date(2027, 6, 1), "year")

    editor.save("edit-duty", duty.id, every="quarter")
    [duty] = text_of(agreement).duties
    assert (duty.every, duty.what["ko"]) == ("quarter", "연차 보고서")

    assert "Yearly report" in editor.read("drop-duty", duty.id)
    editor.save("drop-duty", duty.id)
    assert text_of(agreement).duties == ()
    assert editor.get("edit-duty", duty.id).status_code == 409


def test_the_second_of_two_is_told_and_sees_both_and_loses_nothing(cast: Cast) -> None:
    agreement = make_complete(cast)
    first, second = Editor(cast, agreement), Editor(cast, agreement, "enterprise_office")
    typed = second.filled("edit-terms") | {"confidentiality_years": "3", "governing_law": "KR"}
    first.save("edit-terms", confidentiality_years="10")

    text = said(second.send("edit-terms", **typed))

    assert "Somebody else changed this meanwhile." in text
    assert "As you typed it" in text
    assert "<del>" in text
    assert "10" in text
    assert text_of(agreement).terms.confidentiality_years == 10

    again = typed | {"version": str(agreement.versions.count())}
    assert second.send("edit-terms", **again).status_code == 302
    terms = text_of(agreement).terms
    assert (terms.confidentiality_years, terms.governing_law) == (3, "KR")


def test_saving_again_after_the_warning_is_a_decision_that_the_page_carries(cast: Cast) -> None:
    agreement = make_complete(cast)
    second = Editor(cast, agreement, "enterprise_office")
    typed = second.filled("edit-terms") | {"governing_law": "KR"}
    Editor(cast, agreement).save("edit-terms", confidentiality_years="10")

    form = second.send("edit-terms", **typed).context["form"]

    agreement.refresh_from_db()
    assert form["version"].value() == str(agreement.latest)
    assert form["governing_law"].value() == "KR"
    assert [row.label for row in form.compared()] == [
        "Publication and confidentiality · Confidentiality after the end, in years",
        "Law and language · Governing law",
    ]


def test_two_who_edit_two_parts_at_once_both_get_through(cast: Cast) -> None:
    agreement = make_complete(cast)
    second = Editor(cast, agreement, "enterprise_office")
    typed = second.filled("edit-parties")
    party = text_of(agreement).parties[1].organisation.hex
    Editor(cast, agreement).save("edit-terms", confidentiality_years="10")

    answer = second.send("edit-parties", **typed | {f"capacity_en_{party}": "Asterion"})

    assert answer.status_code == 302
    text = text_of(agreement)
    assert (text.terms.confidentiality_years, text.parties[1].capacity["en"]) == (10, "Asterion")


PAGES = ["edit-terms", "edit-parties", "edit-signers", "edit-clauses", "edit-commitments"]


@pytest.mark.parametrize("page", [*PAGES, "edit-duties", "add-clause", "add-duty"])
def test_a_page_says_whose_approval_an_edit_voids(cast: Cast, page: str) -> None:
    agreement = make_complete(cast)
    editor = Editor(cast, agreement, "enterprise_office")
    warning = "An edit makes approvals void"
    assert warning not in editor.read(page)

    approve_agreement(
        by=cast.university_office, agreement=agreement, sha256=text_of(agreement).sha256
    )

    text = editor.read(page)
    assert warning in text
    assert cast.university.names["own"] in text


@pytest.mark.parametrize("page", [*PAGES, "edit-duties", "add-clause", "add-duty"])
def test_what_every_side_approved_must_be_reopened_first(cast: Cast, page: str) -> None:
    agreement = make_approved(cast)
    editor = Editor(cast, agreement)

    text = editor.read(page)

    assert "Reopen it, then edit." in text
    assert editor.at("reopen") in text
    assert 'button-primary"' not in text


def test_an_edit_that_arrives_after_the_approval_is_refused_and_kept_on_the_page(
    cast: Cast,
) -> None:
    agreement = make_complete(cast)
    editor = Editor(cast, agreement)
    typed = editor.filled("edit-terms") | {"name_en": "Typed meanwhile"}
    for office in (cast.university_office, cast.enterprise_office):
        approve_agreement(by=office, agreement=agreement, sha256=text_of(agreement).sha256)

    text = said(editor.send("edit-terms", **typed))

    assert "Every side has approved this text. Reopen it, then edit." in text
    assert "Typed meanwhile" in text
    assert text_of(agreement).names["en"] != "Typed meanwhile"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_no_more_of_the_database_for_a_large_text(
    cast: Cast, page: str, django_assert_max_num_queries: Any
) -> None:
    agreement = make_complete(cast)
    editor = Editor(cast, agreement)
    editor.read(page)
    with django_assert_max_num_queries(14):
        editor.read(page)
    directions = tuple({"en": f"Direction of {number}"} for number in range(20))
    text = text_of(agreement)
    terms = text.terms.__class__(**{**text.terms.__dict__, "directions": directions})
    change(cast, edit_terms, agreement, terms=terms, names=text.names)
    editor.read(page)  # what waits is counted anew after a change
    with django_assert_max_num_queries(14):
        editor.read(page)
