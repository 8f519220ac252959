"""Taking over a text of one's own into a draft: the service, and its page."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jointlab.agreements.models import Agreement
from jointlab.agreements.negotiation.services.editing import edit_clause
from jointlab.agreements.negotiation.services.importing import (
    ADD,
    REPLACE,
    WORDS,
    import_clauses,
)
from jointlab.agreements.text import Clause
from jointlab.agreements.text.imported import clauses_from, read_plain
from jointlab.common.errors import Changed, NotAllowed, NotNow, NotVisible, Refusal
from tests.agreements.editor import Editor, said
from tests.agreements.make import change, make_agreement, make_approved, make_draft, text_of
from tests.agreements.test_imported import ORDINARY, document, saved, with_body
from tests.cast import Cast
from tests.parties.told import last

pytestmark = pytest.mark.django_db
PASTED = "# Purpose\nWe test.\n\n# Costs\nNone."
KOREAN = "제1조 (목적)\n실증한다.\n제2조 (비용)\n없다."


def take_over(cast: Cast, draft: Agreement, pasted: str = PASTED, **more: Any) -> Any:
    given = {"language": "en", "how": REPLACE} | more
    clauses = clauses_from(read_plain(pasted), given["language"])
    return change(cast, import_clauses, draft, clauses=clauses, **given)


def headings(draft: Agreement, language: str = "en") -> list[str]:
    return [clause.heading.get(language, "") for clause in text_of(draft).clauses]


def test_clauses_take_the_place_of_those_that_there_are(cast: Cast) -> None:
    draft = make_draft(cast)
    version = take_over(cast, draft)
    assert headings(draft) == ["Purpose", "Costs"]
    assert (version.number, version.part) == (2, "clauses")
    assert last(draft).event == "agreements.text_changed"


def test_clauses_come_behind_those_that_there_are(cast: Cast) -> None:
    draft = make_draft(cast)
    before = headings(draft)
    take_over(cast, draft, how=ADD)
    assert headings(draft) == [*before, "Purpose", "Costs"]


def test_words_in_another_language_go_into_the_clauses_one_by_one(cast: Cast) -> None:
    draft = make_draft(cast)
    take_over(cast, draft)
    take_over(cast, draft, KOREAN, how=WORDS, language="ko")
    assert headings(draft) == ["Purpose", "Costs"]
    assert headings(draft, "ko") == ["목적", "비용"]
    with pytest.raises(NotNow, match=r"3 clauses.*has 2"):
        take_over(cast, draft, f"{KOREAN}\n제3조 (끝)\n끝.", how=WORDS, language="ko")


def test_what_somebody_changed_meanwhile_is_not_replaced_unseen(cast: Cast) -> None:
    draft = make_draft(cast)
    clause = Clause("purpose", {"en": "Purpose"}, {"en": "Another's words."})
    change(cast, edit_clause, draft, clause=clause)
    clauses = clauses_from(read_plain(PASTED), "en")
    given = {"agreement": draft, "base": 1, "clauses": clauses, "language": "en"}
    for how in (REPLACE, WORDS):
        with pytest.raises(Changed):
            import_clauses(by=cast.university_office, how=how, **given)
    import_clauses(by=cast.university_office, how=ADD, **given)
    assert headings(draft)[-1] == "Costs"


def test_an_office_takes_over_what_is_negotiated(cast: Cast) -> None:
    draft = make_draft(cast)
    with pytest.raises(NotAllowed):
        take_over(cast, draft, by="dean")
    with pytest.raises(NotVisible):
        take_over(cast, draft, by="enterprise_office")
    with pytest.raises(NotNow):
        take_over(cast, make_approved(cast))
    for wrong in ({"how": "burn"}, {"language": "tlh"}):
        with pytest.raises(Refusal, match="values that are offered"):
            take_over(cast, draft, **wrong)


def upload(editor: Editor, data: bytes, **typed: Any) -> Any:
    file = SimpleUploadedFile("ours.docx", data)
    return editor.save("import", file=file, **{"language": "en", "how": REPLACE, **typed})


def test_on_its_page_one_pastes_or_sends_a_file(cast: Cast) -> None:
    draft = make_agreement(cast)
    editor = Editor(cast, draft)
    assert editor.at("import") in editor.read("edit-clauses")
    assert editor.save("import", text=PASTED, language="en", how=REPLACE).status_code == 302
    assert headings(draft) == ["Purpose", "Costs"]
    assert upload(editor, saved(document(*ORDINARY)), how=ADD).status_code == 302
    assert headings(draft) == ["Purpose", "Costs", "", "Purpose", "Costs"]


def test_the_page_says_what_is_wrong_and_keeps_what_was_pasted(cast: Cast) -> None:
    draft = make_draft(cast)
    editor = Editor(cast, draft)
    page = said(editor.save("import", text=f"{PASTED} 🙂", language="en", how=WORDS))
    assert "It makes 2 clauses" in page
    assert "None. 🙂" in page
    for given in ({}, {"text": PASTED, "file": SimpleUploadedFile("a.docx", b"PK")}):
        page = said(editor.save("import", language="en", how=REPLACE, **given))
        assert "one of the two" in page or "no .docx document" in page
    table = with_body("<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>")
    assert "tables (1)" in said(upload(editor, table))
    assert "larger than 10 MB" in said(upload(editor, b"P" * (10 * 1024 * 1024 + 1)))
    assert text_of(draft) == draft.versions.get(number=1).text
