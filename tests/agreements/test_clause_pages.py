"""The pages on which an office edits, moves, drops and adds clauses."""

from __future__ import annotations

from typing import Any

import pytest

from jointlab.agreements.negotiation.services.comments import comment
from jointlab.agreements.negotiation.services.editing import add_clause, drop_clause
from jointlab.agreements.text import Clause
from jointlab.agreements.text.library import spare_clauses
from tests.agreements.editor import Editor, said
from tests.agreements.make import change, make_agreement, make_approved, text_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db

HEBREW = "סעיף סודיות"


def ids(agreement: Any) -> list[str]:
    return [clause.id for clause in text_of(agreement).clauses]


def test_a_clause_is_edited_in_its_three_languages_on_one_page(cast: Cast) -> None:
    agreement = make_agreement(cast)
    editor = Editor(cast, agreement)
    page = editor.read("edit-clause", "purpose")
    for language in ("en", "zh-Hans", "ko"):
        assert f'<textarea name="body_{language[:2]}"' in page
        assert f'lang="{language}"' in page

    editor.save(
        "edit-clause",
        "purpose",
        heading_en=f"{HEBREW} 🚗",
        body_en="From {start}.\r\n\r\n- one\r\n- two",
        body_ko="",
    )

    clause = text_of(agreement).clause("purpose")
    assert clause.heading["en"] == f"{HEBREW} 🚗"
    assert clause.body["en"] == "From {start}.\n\n- one\n- two"
    assert not clause.body["ko"]
    assert clause.body["zh-hans"]


def test_the_editor_explains_each_placeholder_and_what_it_reads_now(cast: Cast) -> None:
    page = Editor(cast, make_agreement(cast)).read("edit-clause", "purpose")
    assert "{first_party}" in page
    assert "what the text calls the first party" in page
    assert "The University" in page


def test_a_page_with_nothing_typed_keeps_no_version(cast: Cast) -> None:
    agreement = make_agreement(cast)
    assert Editor(cast, agreement).save("edit-clause", "purpose").status_code == 302
    agreement.refresh_from_db()
    assert agreement.latest == 1


def test_what_is_too_long_is_refused_beside_its_field_and_kept(cast: Cast) -> None:
    agreement = make_agreement(cast)
    answer = Editor(cast, agreement).save("edit-clause", "purpose", body_en="x" * 20_001)
    text = said(answer)
    assert "at most 20000 characters" in text
    assert "x" * 20_001 in text


def test_clauses_move_up_and_down_with_a_button_each(cast: Cast) -> None:
    agreement = make_agreement(cast)
    editor, before = Editor(cast, agreement), ids(agreement)

    answer = editor.send("move-clause", before[1], version=1, up=1)
    assert answer["Location"].endswith(f"#clause-{before[1]}")
    assert ids(agreement)[:2] == [before[1], before[0]]

    editor.send("move-clause", before[1], version=2, up=0)
    assert ids(agreement) == before


def test_a_move_by_a_page_that_is_out_of_date_is_told_and_moves_nothing(cast: Cast) -> None:
    agreement = make_agreement(cast)
    editor, before = Editor(cast, agreement), ids(agreement)
    editor.send("move-clause", before[1], version=1, up=1)

    editor.send("move-clause", before[2], version=1, up=1)

    assert "Somebody else changed this meanwhile." in editor.read("edit-clauses")
    assert ids(agreement)[:3] == [before[1], before[0], before[2]]


def test_dropping_a_clause_names_what_is_lost_first(cast: Cast) -> None:
    agreement = make_agreement(cast)
    comment(by=cast.dean, agreement=agreement, text="Needed?", clause="purpose")
    editor = Editor(cast, agreement)

    page = editor.read("drop-clause", "purpose")
    assert "Purpose" in page
    assert "1 open comment on it" in page
    assert "Keep it" in page
    assert "purpose" in ids(agreement)

    editor.save("drop-clause", "purpose")
    assert "purpose" not in ids(agreement)


def test_a_clause_that_changed_since_one_decided_is_not_dropped(cast: Cast) -> None:
    agreement = make_agreement(cast)
    editor = Editor(cast, agreement)
    decided = editor.filled("drop-clause", "purpose")
    Editor(cast, agreement, "enterprise_office").save("edit-clause", "purpose", body_en="New.")

    text = said(editor.send("drop-clause", "purpose", **decided))

    assert "Somebody else changed this meanwhile." in text
    assert "New." in text
    assert "purpose" in ids(agreement)


def test_a_spare_clause_of_the_library_begins_with_its_words(cast: Cast) -> None:
    agreement = make_agreement(cast)
    spare = spare_clauses("strategic")[0]
    editor = Editor(cast, agreement)
    assert spare.heading["en"] in editor.read("edit-clauses")

    typed = editor.filled("add-clause", **{"from": spare.id})
    assert typed["body_ko"] == spare.body["ko"]
    editor.send("add-clause", **typed | {"after": "purpose"})

    assert ids(agreement)[1] == spare.id
    assert f"from={spare.id}" not in editor.read("edit-clauses")


def test_a_starting_clause_that_was_dropped_can_be_taken_back(cast: Cast) -> None:
    agreement = make_agreement(cast)
    change(cast, drop_clause, agreement, clause="purpose")
    assert "from=purpose" in Editor(cast, agreement).read("edit-clauses")


def test_a_blank_clause_takes_words_and_goes_to_the_end(cast: Cast) -> None:
    agreement = make_agreement(cast)
    editor = Editor(cast, agreement)

    empty = editor.save("add-clause")
    assert "Enter a heading and a text." in said(empty)
    editor.save("add-clause", heading_en="Parking", body_en="Cars.")

    assert text_of(agreement).clauses[-1].heading["en"] == "Parking"
    page = editor.read("edit-clauses")
    assert "Not in every language" in page
    assert "It lacks: Chinese, Korean" in " ".join(page.split()).replace("</small>", "")


def test_an_added_clause_that_is_sent_twice_stands_once(cast: Cast) -> None:
    agreement = make_agreement(cast)
    editor = Editor(cast, agreement)
    typed = editor.filled("add-clause") | {"heading_en": "Parking", "body_en": "Cars."}
    editor.send("add-clause", **typed)

    assert "in the text already" in said(editor.send("add-clause", **typed))
    assert [clause.heading.get("en") for clause in text_of(agreement).clauses].count("Parking") == 1


@pytest.mark.parametrize("forged", ["", "../x", "A b", "x" * 41])
def test_no_clause_gets_an_id_that_no_page_gave_it(cast: Cast, forged: str) -> None:
    agreement = make_agreement(cast)
    Editor(cast, agreement).save("add-clause", heading_en="Parking", body_en="Cars.", id=forged)
    agreement.refresh_from_db()
    assert agreement.latest == 1


def test_the_second_of_two_sees_in_which_words_the_first_differs(cast: Cast) -> None:
    agreement = make_agreement(cast)
    first, second = Editor(cast, agreement), Editor(cast, agreement, "enterprise_office")
    typed = second.filled("edit-clause", "purpose")
    words = typed["body_en"]
    first.save("edit-clause", "purpose", body_en=f"{words} Theirs.")

    text = said(second.send("edit-clause", "purpose", **typed | {"body_en": f"{words} Mine."}))

    assert "Theirs" in text.split("<del>", 1)[1].split("</del>", 1)[0]
    assert "Mine" in text.split("<ins>", 1)[1].split("</ins>", 1)[0]
    assert f"{words} Mine.".splitlines()[-1] in text
    assert text_of(agreement).clause("purpose").body["en"].endswith("Theirs.")


def test_an_edit_of_another_clause_stands_beside_the_first(cast: Cast) -> None:
    agreement = make_agreement(cast)
    second = Editor(cast, agreement, "enterprise_office")
    typed = second.filled("edit-clause", "directions")
    Editor(cast, agreement).save("edit-clause", "purpose", body_en="First.")

    assert (
        second.send("edit-clause", "directions", **typed | {"body_en": "Second."}).status_code
        == 302
    )

    text = text_of(agreement)
    assert text.clause("purpose").body["en"] == "First."
    assert text.clause("directions").body["en"] == "Second."


def test_what_was_typed_into_a_clause_that_was_dropped_can_be_added_again(cast: Cast) -> None:
    agreement = make_agreement(cast)
    editor = Editor(cast, agreement)
    typed = editor.filled("edit-clause", "purpose") | {"body_en": "Typed meanwhile."}
    change(cast, drop_clause, agreement, by="enterprise_office", clause="purpose")

    answer = editor.send("edit-clause", "purpose", **typed)
    text = said(answer)
    assert "Typed meanwhile." in text
    assert f'formaction="{editor.at("add-clause")}"' in text

    form = answer.context["form"]
    again = {name: form[name].value() for name in form.fields} | {"id": "purpose"}
    assert editor.send("add-clause", **again).status_code == 302
    assert text_of(agreement).clause("purpose").body["en"] == "Typed meanwhile."


def test_the_page_of_a_clause_that_is_not_there_says_so(cast: Cast) -> None:
    answer = Editor(cast, make_agreement(cast)).get("edit-clause", "nothing-like-it")
    assert "That part is not in the text any more." in said(answer, 409)


def test_markup_in_a_clause_is_shown_as_it_was_typed(cast: Cast) -> None:
    agreement = make_agreement(cast)
    editor = Editor(cast, agreement)
    editor.save("edit-clause", "purpose", heading_en="<script>alert(1)</script>")
    for page in ("edit-clauses", "agreement", "versions"):
        assert "<script>alert" not in editor.read(page)
    assert "<script>alert" not in editor.read("compare", old=1, new=2)


def test_who_edits_one_language_is_told_which_are_left_and_can_confirm_them(cast: Cast) -> None:
    agreement = make_agreement(cast)
    editor = Editor(cast, agreement)
    editor.save("edit-clause", "purpose", body_en="Within thirty days.")

    page = editor.read("edit-clauses")
    assert "Translations differ now." in page
    assert "Not written since the last change: Chinese, Korean" in " ".join(page.split())
    assert "Nobody has written or confirmed" in editor.read("edit-clause", "purpose")

    editor.save("edit-clause", "purpose", confirmed="on")
    assert agreement.versions.get(number=3).behind == {}
    assert (
        "Translations differ"
        not in editor.read("edit-clauses").split("<main")[1].split("version 3")[1]
    )
    assert "All languages confirmed" in editor.read("versions")


def test_what_is_added_has_nothing_to_confirm(cast: Cast) -> None:
    editor = Editor(cast, make_agreement(cast))
    for page in ("add-clause", "add-duty", "add-commitment"):
        assert "confirmed" not in editor.get(page).context["form"].fields


def test_what_every_side_approved_offers_no_button(cast: Cast) -> None:
    agreement = make_approved(cast)
    page = Editor(cast, agreement).read("edit-clauses")
    assert "Reopen it, then edit." in page
    assert "move/" not in page
    assert "Add a clause" not in page


def test_two_hundred_clauses_ask_no_more_of_the_database(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    agreement = make_agreement(cast)
    editor = Editor(cast, agreement)
    for number in range(2):
        clause = Clause(f"more-{number}", {"en": f"More {number}"}, {"en": "Words."})
        change(cast, add_clause, agreement, clause=clause)
    editor.read("edit-clauses")
    with django_assert_max_num_queries(14):
        editor.read("edit-clauses")
    with django_assert_max_num_queries(14):
        editor.read("edit-clause", "purpose")
