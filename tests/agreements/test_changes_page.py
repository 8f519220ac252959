"""The history of a text: its versions, and what differs between any two of them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jointlab.agreements.models import Agreement, Version
from jointlab.agreements.negotiation.services.approving import approve_agreement
from jointlab.agreements.negotiation.services.drafting import draft_agreement
from jointlab.agreements.negotiation.services.editing import (
    add_clause,
    drop_clause,
    edit_clause,
    edit_terms,
    move_clause,
    put_commitment,
)
from jointlab.agreements.text import Clause, Commitment, Text
from tests.agreements.editor import Editor, said
from tests.agreements.make import NAMES, change, make_agreement, make_complete, text_of
from tests.agreements.sign import make_signed
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def reword(cast: Cast, agreement: Agreement, clause: str, **body: str) -> None:
    before = text_of(agreement).clause(clause)
    after = replace(
        before, body={**before.body, **{k.replace("_", "-"): v for k, v in body.items()}}
    )
    change(cast, edit_clause, agreement, clause=after)


def keep(agreement: Agreement, by: Any, text: Text) -> None:
    """Keep a text as the latest version, past the services: a hundred of them cost time."""
    last = agreement.versions.get(number=agreement.latest)
    agreement.latest += 1
    agreement.save(update_fields=["latest"])
    Version.objects.create(
        agreement=agreement,
        number=agreement.latest,
        content=text.as_json(),
        sha256=text.sha256,
        by=by,
        organisation=last.organisation,
        part="clause",
    )


def test_versions_are_listed_with_what_who_and_whose_approval(cast: Cast) -> None:
    agreement = make_complete(cast)
    sha256 = text_of(agreement).sha256
    approve_agreement(by=cast.enterprise_office, agreement=agreement, sha256=sha256)
    editor = Editor(cast, agreement, "auditor")

    page = editor.read("versions")

    for words in ("Version 1", "First draft", "The terms", "Who signs", "University office"):
        assert words in page
    assert page.index("Version 3</a>") < page.index("Version 1</a>")
    assert page.count("Asterion Automotive") == 1
    assert "versions/compare/?old=1&amp;new=2" in page


def test_a_version_is_read_as_it_was(cast: Cast) -> None:
    agreement = make_agreement(cast)
    reword(cast, agreement, "purpose", en="It was otherwise.")
    editor = Editor(cast, agreement)
    assert "It was otherwise." not in editor.read("version", 1)
    assert "It was otherwise." in editor.read("version", 2)
    assert text_of(agreement).sha256 in editor.read("version", 2)


def test_terms_are_told_from_and_to(cast: Cast) -> None:
    agreement = make_agreement(cast)
    text = text_of(agreement)
    terms = replace(text.terms, confidentiality_years=9, governing_law="KR")
    change(cast, edit_terms, agreement, terms=terms, names={**NAMES, "ko": "새 이름"})

    page = Editor(cast, agreement).read("compare", old=1, new=2)

    assert "<del><bdi>5 years after the agreement has ended</bdi></del>" in page
    assert "<ins><bdi>9 years after the agreement has ended</bdi></ins>" in page
    assert "the law of the Republic of Korea" in page
    assert "새 이름" in page.split("In other languages", 1)[1]


def test_words_put_in_and_taken_out_are_marked_and_said(cast: Cast) -> None:
    agreement = make_agreement(cast)
    reword(cast, agreement, "purpose", en="The first wording of it.", ko="첫 문구입니다.")
    reword(cast, agreement, "purpose", en="The second wording of it.", ko="둘째 문구입니다.")

    page = Editor(cast, agreement).read("compare", old=2, new=3)

    marked = re.sub(r'<span class="unseen">([^<]*)</span>', r"\1", page)
    assert "<del>[taken out: first end]</del>" in marked
    assert "<ins>[put in: second end]</ins>" in marked
    assert "Korean</summary>" in page
    assert "Chinese</summary>" not in page


def test_the_readers_language_comes_first(cast: Cast) -> None:
    agreement = make_agreement(cast)
    reword(cast, agreement, "purpose", en="Zebra", ko="얼룩말")
    editor = Editor(cast, agreement)

    page = said(editor.client.get(f"/ko/agreements/{editor.code}/versions/compare/?old=1&new=2"))

    assert page.index("얼룩말") < page.index("Zebra")
    assert page.rindex("<summary>") < page.index("Zebra")


def test_clauses_that_were_added_taken_out_moved_and_edited_say_so(cast: Cast) -> None:
    agreement = make_agreement(cast)
    clause = Clause("parking", {"en": "Parking"}, {"en": "Cars."})
    change(cast, add_clause, agreement, clause=clause)
    change(cast, drop_clause, agreement, clause="publication")
    change(cast, move_clause, agreement, clause="purpose", up=False)
    reword(cast, agreement, "governance", en="Shorter.")

    page = " ".join(Editor(cast, agreement).read("compare", old=1, new=agreement.latest).split())

    for words in ("Added", "Taken out", "Edited", "moved from place"):
        assert words in page


def test_what_a_party_brings_is_told_as_added(cast: Cast) -> None:
    agreement = make_agreement(cast)
    row = Commitment("grant", cast.enterprise.pk, {"en": "Grant"}, "1000", "CNY")
    change(cast, put_commitment, agreement, commitment=row)
    page = Editor(cast, agreement).read("compare", old=1, new=2)
    assert "<ins><bdi>the Company · Grant · 1,000 Chinese yuan</bdi></ins>" in page


@pytest.mark.parametrize("asked", [{}, {"old": "x", "new": "1"}, {"old": "1", "new": "77"}])
def test_a_question_that_cannot_be_answered_shows_the_last_change(
    cast: Cast, asked: dict[str, str]
) -> None:
    agreement = make_agreement(cast)
    reword(cast, agreement, "purpose", en="Anew.")
    assert "Version 1 to version 2" in Editor(cast, agreement).read("compare", **asked)


def test_two_texts_that_are_the_same_are_told_to_be(cast: Cast) -> None:
    page = Editor(cast, make_agreement(cast)).read("compare", old=1, new=1)
    assert "The two texts are the same." in page


def test_an_amendment_shows_what_it_changes_in_the_agreement_before(cast: Cast) -> None:
    signed = make_signed(cast)
    amendment = draft_agreement(
        by=cast.university_office,
        partnership=cast.partnership,
        kind=signed.kind,
        start=timezone.localdate() + timedelta(days=1),
        end=signed.ends_on,
        names=NAMES,
        follows=signed,
        relation="amendment",
    )
    reword(cast, amendment, "purpose", en="Amended.")
    editor = Editor(cast, amendment)

    assert editor.at("since-followed") in editor.read("versions")
    page = editor.read("since-followed")

    assert "Amended" in page
    assert NAMES["en"] in page
    assert Editor(cast, signed).get("since-followed").status_code == 404


def test_a_hundred_versions_of_two_hundred_clauses_stay_readable(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    agreement = make_agreement(cast)
    text = text_of(agreement)
    clauses = tuple(
        Clause(f"c-{number}", {"en": f"Clause {number}"}, {"en": "Words of it. " * 50})
        for number in range(200)
    )
    for number in range(99):
        body = {"en": f"Other words {number}. " * 50}
        changed = tuple(replace(clause, body=body) for clause in clauses)
        keep(agreement, cast.university_office, replace(text, clauses=changed))
    editor = Editor(cast, agreement)
    editor.read("versions")

    with django_assert_max_num_queries(16):
        page = editor.read("versions")
    assert page.count("?old=") == 25
    with django_assert_max_num_queries(14):
        first = editor.read("compare", old=2, new=100)
    last = editor.read("compare", old=2, new=100, page=20)
    assert "1. Clause 0" in first
    assert "200. Clause 199" in last
    assert first.count("<article") == 10
