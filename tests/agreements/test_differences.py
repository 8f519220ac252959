"""A readable difference between any two texts of an agreement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jointlab.agreements.text import Clause, Commitment, Duty, Party, Signer, Terms, Text
from jointlab.agreements.text.differences import Differences, compare
from jointlab.agreements.text.marked import ADDED, REMOVED, SAME, Piece, is_same, marked

UNIVERSITY, COMPANY = UUID(int=1), UUID(int=2)
CHAIR, DIRECTOR = UUID(int=3), UUID(int=4)

PARTIES = (
    Party(UNIVERSITY, {"en": "Test University"}, {"en": "the University"}),
    Party(COMPANY, {"en": "Test Motors"}, {"en": "the Company"}),
)
CLAUSES = tuple(
    Clause(name, {"en": name.title()}, {"en": f"About {name}.", "ko": f"{name}에 관하여."})
    for name in ("purpose", "results", "publication", "disputes")
)
AGREEMENT = Text(
    kind="strategic",
    names={"en": "Agreement", "ko": "협약"},
    parties=PARTIES,
    terms=Terms(date(2026, 1, 1), date(2028, 12, 31), directions=({"en": "Vision"},)),
    clauses=CLAUSES,
    commitments=(Commitment("money", COMPANY, {"en": "A grant"}, "1000", "CNY"),),
    duties=(Duty("report", UNIVERSITY, {"en": "A report"}, date(2026, 6, 1)),),
    signers=(
        Signer(CHAIR, UNIVERSITY, {"en": "Chair"}, {"en": "President"}),
        Signer(DIRECTOR, COMPANY, {"en": "Director"}, {"en": "Manager"}),
    ),
)

WORDS = st.text(alphabet="ab ,.\n中国협약", max_size=30)
NAMES = st.dictionaries(st.sampled_from(["en", "zh-hans", "ko"]), WORDS, max_size=3)
TEXTS = st.builds(
    Text,
    kind=st.sampled_from(["strategic", "project"]),
    names=NAMES,
    parties=st.lists(
        st.builds(Party, st.sampled_from([UNIVERSITY, COMPANY]), NAMES, NAMES), max_size=3
    ).map(tuple),
    terms=st.builds(
        Terms,
        start=st.dates(date(2020, 1, 1), date(2020, 1, 3)),
        end=st.none() | st.dates(date(2021, 1, 1), date(2021, 1, 3)),
        directions=st.lists(NAMES, max_size=2).map(tuple),
        ip_model=st.sampled_from(["", "lambert-1", "of-our-own"]),
        publication_notice_days=st.integers(0, 2),
        governing_law=st.sampled_from(["", "CN", "GB", "FR"]),
    ),
    clauses=st.lists(st.builds(Clause, st.sampled_from("pqrs"), NAMES, NAMES), max_size=4).map(
        tuple
    ),
    commitments=st.lists(
        st.builds(Commitment, st.sampled_from("pq"), st.just(COMPANY), NAMES), max_size=2
    ).map(tuple),
    duties=st.lists(
        st.builds(Duty, st.sampled_from("pq"), st.just(COMPANY), NAMES, st.just(date(2026, 1, 1))),
        max_size=2,
    ).map(tuple),
    signers=st.lists(
        st.builds(Signer, st.sampled_from([CHAIR, DIRECTOR]), st.just(COMPANY), NAMES, NAMES),
        max_size=3,
    ).map(tuple),
)


def without(kind: str, pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces if piece.kind != kind)


@given(WORDS, WORDS)
def test_the_pieces_of_a_passage_make_exactly_the_old_and_the_new_one(old: str, new: str) -> None:
    pieces = marked(old, new)

    assert without(ADDED, pieces) == old
    assert without(REMOVED, pieces) == new
    assert is_same(pieces) == (old == new)


@given(TEXTS, TEXTS)
def test_two_texts_have_no_differences_exactly_when_they_are_equal(old: Text, new: Text) -> None:
    assert compare(old, old, "en") == Differences()
    assert bool(compare(old, new, "en")) == (old != new)


@given(TEXTS, TEXTS)
def test_the_pieces_of_each_clause_make_its_old_and_its_new_wording(old: Text, new: Text) -> None:
    before, after = ({row.id: row for row in text.clauses} for text in (old, new))
    if len(before) < len(old.clauses) or len(after) < len(new.clauses):
        return  # two clauses with one id: which is which is told by their order
    for change in compare(old, new, "ko").clauses:
        for wording in change.wordings:
            was, now = before.get(change.id), after.get(change.id)
            assert without(ADDED, wording.body) == (
                was.body.get(wording.language, "") if was else ""
            )
            assert without(REMOVED, wording.body) == (
                now.body.get(wording.language, "") if now else ""
            )


@pytest.mark.parametrize(
    ("old", "new", "taken", "put"),
    [
        ("Notice of 30 days.", "Notice of 60 days.", "30", "60"),
        ("应在三十日前通知。", "应在六十日前通知。", "三", "六"),
        ("발표 30일 전에 통지한다.", "발표 60일 전에 통지한다.", "30일", "60일"),
        ("It counts.", "It ever counts.", "", "ever "),
    ],
)
def test_a_passage_marks_words_and_in_chinese_characters(
    old: str, new: str, taken: str, put: str
) -> None:
    pieces = marked(old, new)

    assert "".join(piece.text for piece in pieces if piece.kind == REMOVED) == taken
    assert "".join(piece.text for piece in pieces if piece.kind == ADDED) == put


def test_a_short_word_that_stayed_does_not_part_two_edits() -> None:
    kinds = [piece.kind for piece in marked("one of two.", "three of four.")]

    assert kinds == [REMOVED, ADDED, SAME]


def test_a_line_that_stayed_is_not_marked_whatever_stands_around_it() -> None:
    kept = [piece.text for piece in marked("one\nk\nend", "two\nk\nlast") if piece.kind == SAME]

    assert "k" in "".join(kept)


def test_two_long_passages_without_anything_in_common_are_one_out_and_one_in() -> None:
    old = " ".join(f"a{number}" for number in range(5000))
    new = "-".join(f"b{number}" for number in range(5000))

    assert marked(old, new) == (Piece(REMOVED, old), Piece(ADDED, new))


def test_a_term_that_changed_shows_from_what_to_what() -> None:
    later = replace(AGREEMENT, terms=replace(AGREEMENT.terms, confidentiality_years=1))

    (change,) = compare(AGREEMENT, later, "en").terms

    assert (change.kind, change.label) == ("changed", "Confidentiality")
    assert change.old == "5 years after the agreement has ended"
    assert change.new == "1 year after the agreement has ended"


def test_a_name_that_changed_in_another_language_is_shown_in_that_language() -> None:
    renamed = replace(AGREEMENT, names={"en": "Agreement", "ko": "전략 협약"})

    (change,) = compare(AGREEMENT, renamed, "en").terms

    assert (change.language, change.old, change.new) == ("ko", "협약", "전략 협약")


def test_a_clause_that_only_moved_is_known_by_its_id() -> None:
    first, *rest = CLAUSES
    moved = replace(AGREEMENT, clauses=(*rest, first))

    (change,) = compare(AGREEMENT, moved, "en").clauses

    assert (change.id, change.kind, change.moved) == ("purpose", "moved", True)
    assert (change.old_number, change.new_number, change.wordings) == (1, 4, ())


def test_a_clause_that_moved_and_was_edited_says_both() -> None:
    edited = replace(CLAUSES[0], body={**CLAUSES[0].body, "ko": "purpose에 대하여."})
    differences = compare(AGREEMENT, replace(AGREEMENT, clauses=(*CLAUSES[1:], edited)), "en")

    (change,) = differences.clauses
    assert (change.kind, change.moved) == ("changed", True)
    assert [wording.language for wording in change.wordings] == ["ko"]


def test_clauses_added_and_removed_come_with_all_their_words() -> None:
    new = Clause("audit", {"en": "Audit"}, {"en": "Books are open."})
    differences = compare(AGREEMENT, replace(AGREEMENT, clauses=(*CLAUSES[:3], new)), "en")

    removed, added = sorted(differences.clauses, key=lambda change: change.kind, reverse=True)
    assert (removed.id, removed.old_number, removed.new_number) == ("disputes", 4, None)
    assert (added.id, added.old_number, added.new_number) == ("audit", None, 4)
    assert added.wordings[0].body == (Piece(ADDED, "Books are open."),)
    assert [wording.language for wording in removed.wordings] == ["en", "ko"]


Edit = Callable[[Text], Text]


@pytest.mark.parametrize(
    ("part", "edit", "kinds"),
    [
        ("parties", lambda text: replace(text, parties=text.parties[::-1]), ["moved"]),
        ("signers", lambda text: replace(text, signers=text.signers[::-1]), ["moved"]),
        ("signers", lambda text: replace(text, signers=text.signers[:1]), ["removed"]),
        (
            "signers",
            lambda text: replace(
                text, signers=(text.signers[0], replace(text.signers[1], witness=True))
            ),
            ["changed"],
        ),
        ("commitments", lambda text: replace(text, commitments=()), ["removed"]),
        (
            "commitments",
            lambda text: replace(text, commitments=(replace(text.commitments[0], amount="2000"),)),
            ["changed"],
        ),
        (
            "duties",
            lambda text: replace(
                text, duties=(*text.duties, replace(text.duties[0], id="another"))
            ),
            ["added"],
        ),
    ],
)
def test_rows_are_added_removed_changed_and_moved(part: str, edit: Edit, kinds: list[str]) -> None:
    differences = compare(AGREEMENT, edit(AGREEMENT), "en")

    assert [change.kind for change in getattr(differences, part)] == kinds
    assert replace(differences, **{part: ()}) == Differences()


def test_money_that_changed_is_told_in_words() -> None:
    richer = replace(
        AGREEMENT, commitments=(replace(AGREEMENT.commitments[0], amount="2500000.50"),)
    )

    (change,) = compare(AGREEMENT, richer, "en").commitments

    assert change.old == "the Company · A grant · 1,000 Chinese yuan"
    assert change.new == "the Company · A grant · 2,500,000.50 Chinese yuan"
