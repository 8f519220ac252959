"""Two people negotiate at the same moment, each on a connection of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from jointlab.agreements.models import Agreement, State
from jointlab.agreements.negotiation.services.approving import approve_agreement
from jointlab.agreements.negotiation.services.editing import edit_clause
from jointlab.common.errors import Changed
from tests.agreements.make import make_agreement, make_complete, text_of
from tests.cast import Cast
from tests.parties.at_once import at_once, refused

pytestmark = pytest.mark.django_db(transaction=True)


def edit(by: Any, agreement: Agreement, place: int, said: str) -> Any:
    clause = replace(text_of(agreement).clauses[place], body={"en": said})
    base = agreement.latest
    return lambda: edit_clause(by=by, agreement=agreement, base=base, clause=clause)


def test_two_drafts_begun_at_once_have_two_numbers(cast: Cast) -> None:
    results = at_once(
        lambda: make_agreement(cast), lambda: make_agreement(cast, by="enterprise_office")
    )
    assert sorted(agreement.number for agreement in results) == [1, 2]


def test_two_edits_of_one_clause_at_once_let_the_first_stand(cast: Cast) -> None:
    agreement = make_agreement(cast)
    results = at_once(
        edit(cast.university_office, agreement, 0, "One"),
        edit(cast.enterprise_office, agreement, 0, "Other"),
    )
    (told,) = refused(results)
    assert isinstance(told, Changed)
    assert told.row.text == text_of(agreement)
    assert agreement.latest == 2


def test_two_edits_of_two_clauses_at_once_both_stand(cast: Cast) -> None:
    agreement = make_agreement(cast)
    results = at_once(
        edit(cast.university_office, agreement, 0, "One"),
        edit(cast.enterprise_office, agreement, 1, "Other"),
    )
    assert not refused(results)
    clauses = text_of(agreement).clauses[:2]
    assert [clause.body for clause in clauses] == [{"en": "One"}, {"en": "Other"}]
    assert agreement.latest == 3


def test_both_sides_approving_at_once_have_one_document_made(cast: Cast) -> None:
    agreement = make_complete(cast)
    sha256 = text_of(agreement).sha256

    def approve(by: Any) -> Any:
        return lambda: approve_agreement(by=by, agreement=agreement, sha256=sha256)

    assert not refused(at_once(approve(cast.vice_president), approve(cast.general_manager)))
    agreement.refresh_from_db()
    assert agreement.state == State.APPROVED
    assert ProcrastinateJob.objects.filter(task_name="agreements.make_paper").count() == 1


def test_an_approval_and_an_edit_at_once_never_approve_what_was_not_read(cast: Cast) -> None:
    agreement = make_complete(cast)
    sha256 = text_of(agreement).sha256
    at_once(
        edit(cast.university_office, agreement, 0, "Changed"),
        lambda: approve_agreement(by=cast.general_manager, agreement=agreement, sha256=sha256),
    )
    text = text_of(agreement)
    assert text.clauses[0].body == {"en": "Changed"}
    assert not agreement.versions.get(number=agreement.latest).approvals.exists()
