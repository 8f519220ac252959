"""Each side approves one exact text; what is approved can be reopened, and a draft withdrawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from jointlab.agreements.models import Agreement, Approval, Paper, State
from jointlab.agreements.negotiation.queries.lacking import what_is_missing
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.agreements.negotiation.services import editing
from jointlab.agreements.negotiation.services.approving import (
    approve_agreement,
    reopen_agreement,
    withdraw_agreement,
    withdraw_approval,
)
from jointlab.agreements.text import Commitment, Text
from jointlab.agreements.waiting import waiting_for
from jointlab.common.errors import Changed, NotAllowed, NotNow, NotVisible, Refusal
from jointlab.parties.policy import own_memberships
from jointlab.parties.services.memberships import end_membership
from tests.agreements.make import (
    NAMES,
    change,
    make_agreement,
    make_approved,
    make_complete,
    text_of,
)
from tests.agreements.sign import make_signing, sign
from tests.cast import Cast
from tests.jobs import run_jobs
from tests.parties.told import count, last

pytestmark = pytest.mark.django_db


def approve(cast: Cast, agreement: Agreement, name: str) -> Agreement:
    sha256 = text_of(agreement).sha256
    return approve_agreement(by=cast.people[name], agreement=agreement, sha256=sha256)


def lines(cast: Cast, agreement: Agreement, text: Text | None = None) -> list[str]:
    """Return what the latest version lacks, or would lack if that were its text."""
    agreement.refresh_from_db()
    version = latest_version(agreement)
    version.content = (text or version.text).as_json()
    own = cast.membership("university_office")
    return [lack.line for lack in what_is_missing(agreement, version, own, {})]


def test_one_side_alone_approves_nothing_for_the_other(cast: Cast) -> None:
    agreement = approve(cast, make_complete(cast), "vice_president")
    assert agreement.state == State.DRAFT
    entry = last(cast.partnership)
    assert entry.event == "agreements.approved"
    assert entry.facts["sha256"] == text_of(agreement).sha256
    assert entry.facts["organisation"]["id"] == str(cast.university.pk)
    assert not ProcrastinateJob.objects.filter(task_name="agreements.make_paper").exists()


def test_when_every_side_has_approved_the_document_is_made(cast: Cast) -> None:
    agreement = make_approved(cast)
    assert agreement.state == State.APPROVED
    job = ProcrastinateJob.objects.get(task_name="agreements.make_paper")
    assert job.args == {"agreement": str(agreement.pk)}


def test_each_side_approves_a_version_once(cast: Cast) -> None:
    agreement = approve(cast, make_complete(cast), "vice_president")
    before = count(cast.partnership)
    with pytest.raises(Refusal, match="already"):
        approve(cast, agreement, "university_office")
    assert count(cast.partnership) == before
    given = Approval.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(version=given.version, organisation=cast.university, by=given.by)


def test_a_text_that_was_changed_since_it_was_read_is_not_approved(cast: Cast) -> None:
    agreement = make_complete(cast)
    read = text_of(agreement).sha256
    clause = text_of(agreement).clauses[0]
    change(cast, editing.drop_clause, agreement, clause=clause.id)
    with pytest.raises(Changed, match="Read it again") as caught:
        approve_agreement(by=cast.general_manager, agreement=agreement, sha256=read)
    assert caught.value.row.number == agreement.latest
    assert not Approval.objects.exists()


def test_only_offices_and_signatories_approve(cast: Cast) -> None:
    agreement = make_complete(cast)
    for name in ("dean", "auditor", "engineer"):
        with pytest.raises(NotAllowed):
            approve(cast, agreement, name)
    for name in ("other_office", "operator", "outsider"):
        with pytest.raises(NotVisible):
            approve(cast, agreement, name)


def test_what_is_missing_is_said_line_by_line(cast: Cast) -> None:
    agreement = make_agreement(cast, names={"en": "In English alone"})
    change(
        cast,
        editing.choose_signers,
        agreement,
        signatories=[cast.vice_president.pk],
        witnesses=[cast.division_head.pk],
    )
    clause = replace(text_of(agreement).clauses[0], body={"en": "By {nobody}."})
    change(cast, editing.edit_clause, agreement, clause=clause)
    silent = Commitment("grant", cast.enterprise.pk, {})
    change(cast, editing.put_commitment, agreement, commitment=silent)
    missing = lines(cast, agreement)
    for line in (
        "Its name: not yet written in Chinese and Korean.",
        "Clause 1: not yet written in Chinese and Korean.",
        "Clause 1 names a term that there is not: {nobody}.",
        "The commitment “…”: not yet written in English, Chinese and Korean.",
        "A signatory of the Company.",
        "A term that the clauses name: Intellectual property.",
        "A term that the clauses name: Governing law.",
    ):
        assert line in missing
    with pytest.raises(Refusal, match="Clause 1: not yet written"):
        approve(cast, agreement, "general_manager")
    assert not lines(cast, make_complete(cast))


def test_an_agreement_without_clauses_or_that_goes_on_from_no_day_is_not_whole(cast: Cast) -> None:
    agreement = make_complete(cast)
    text = text_of(agreement)
    assert "At least one clause." in lines(cast, agreement, replace(text, clauses=()))
    terms = replace(text.terms, end=None, renewal="automatic")
    endless = lines(cast, agreement, replace(text, terms=terms))
    assert any("goes on" in line for line in endless)


def test_who_left_their_side_cannot_be_the_one_to_sign(cast: Cast) -> None:
    agreement = make_complete(cast)
    end_membership(by=cast.enterprise_office, membership=cast.membership("division_head"))
    with pytest.raises(Refusal, match="Division head is no longer"):
        approve(cast, agreement, "general_manager")


def test_an_approval_is_withdrawn_while_the_other_side_has_not_approved(cast: Cast) -> None:
    agreement = approve(cast, make_complete(cast), "vice_president")
    with pytest.raises(NotNow, match="has not approved"):
        withdraw_approval(by=cast.general_manager, agreement=agreement)
    withdraw_approval(by=cast.university_office, agreement=agreement)
    assert not Approval.objects.exists()
    assert last(cast.partnership).event == "agreements.approval_withdrawn"
    approved = make_approved(cast)
    with pytest.raises(NotNow, match="Reopen"):
        withdraw_approval(by=cast.university_office, agreement=approved)
    with pytest.raises(NotNow, match="Reopen"):
        approve(cast, approved, "vice_president")


def test_reopening_takes_back_approvals_signatures_and_the_document(cast: Cast) -> None:
    agreement = sign(cast, make_signing(cast), "vice_president")
    reopen_agreement(by=cast.enterprise_office, agreement=agreement, reason="A wrong  sum.")
    agreement.refresh_from_db()
    assert agreement.state == State.DRAFT
    assert not latest_version(agreement).approvals.exists()
    assert not agreement.signatures.exists()
    assert not Paper.objects.exists()
    entry = last(cast.partnership)
    assert (entry.event, entry.facts["reason"]) == ("agreements.reopened", "A wrong sum.")


def test_offices_and_those_who_were_asked_are_told_that_it_was_reopened(cast: Cast) -> None:
    agreement = sign(cast, make_signing(cast), "vice_president")
    run_jobs()
    mail.outbox.clear()
    reopen_agreement(by=cast.enterprise_office, agreement=agreement, reason="A wrong sum.")
    run_jobs()
    asked = ("university_office", "vice_president", "general_manager")
    assert {each.to[0] for each in mail.outbox} == {cast.people[name].email for name in asked}
    for letter in mail.outbox:
        assert "A wrong sum." in letter.body
        assert "Enterprise office" in letter.body


def test_reopening_and_withdrawing_take_an_office_a_reason_and_the_right_state(cast: Cast) -> None:
    approved, draft = make_approved(cast), make_agreement(cast)
    acts: list[tuple[Any, Agreement, Agreement]] = [
        (reopen_agreement, approved, draft),
        (withdraw_agreement, draft, approved),
    ]
    for act, fit, unfit in acts:
        for reason in ("", "  \n", "x" * 2001):
            with pytest.raises(Refusal):
                act(by=cast.university_office, agreement=fit, reason=reason)
        with pytest.raises(NotNow):
            act(by=cast.university_office, agreement=unfit, reason="Why not?")
        with pytest.raises(NotAllowed):
            act(by=cast.vice_president, agreement=fit, reason="Why not?")
        with pytest.raises(NotVisible):
            act(by=cast.other_office, agreement=fit, reason="Why not?")


def test_a_withdrawn_draft_stays_and_nobody_goes_on_with_it(cast: Cast) -> None:
    agreement = make_complete(cast)
    withdraw_agreement(by=cast.university_office, agreement=agreement, reason="Another way.")
    agreement.refresh_from_db()
    assert agreement.state == State.WITHDRAWN
    assert last(cast.partnership).facts["reason"] == "Another way."
    with pytest.raises(NotNow, match="not negotiated"):
        approve(cast, agreement, "vice_president")
    with pytest.raises(NotNow):
        reopen_agreement(by=cast.university_office, agreement=agreement, reason="After all.")


def test_what_the_other_side_approved_waits_for_ones_own(cast: Cast) -> None:
    agreement = make_complete(cast)
    assert not list(waiting_for(own_memberships(cast.general_manager)))
    approve(cast, agreement, "vice_president")
    for name in ("enterprise_office", "general_manager"):
        (thing,) = waiting_for(own_memberships(cast.people[name]))
        assert thing.since == Approval.objects.get().at
        assert f"version {agreement.latest} of {agreement.name}" in thing.what
        assert thing.about == cast.partnership.name
    for name in ("university_office", "vice_president", "division_head", "other_office"):
        assert not list(waiting_for(own_memberships(cast.people[name])))
    change(cast, editing.edit_terms, agreement, terms=text_of(agreement).terms, names=NAMES)
    assert list(waiting_for(own_memberships(cast.general_manager)))
    clause = text_of(agreement).clauses[0]
    change(cast, editing.drop_clause, agreement, clause=clause.id)
    assert not list(waiting_for(own_memberships(cast.general_manager)))
