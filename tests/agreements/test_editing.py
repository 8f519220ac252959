"""Editing a text under negotiation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from jointlab.agreements.models import Agreement, Version
from jointlab.agreements.negotiation.services import editing
from jointlab.agreements.negotiation.services.approving import approve_agreement, withdraw_agreement
from jointlab.agreements.text import Clause, Commitment, Duty
from jointlab.common.errors import Changed, NotAllowed, NotNow, NotVisible, Refusal
from tests.agreements.make import (
    NAMES,
    change,
    make_agreement,
    make_approved,
    make_complete,
    text_of,
)
from tests.cast import Cast
from tests.parties.told import count, last

pytestmark = pytest.mark.django_db

WORDS = {"en": "New words", "zh-hans": "新的文字", "ko": "새 글"}


def new_clause(name: str = "guests") -> Clause:
    return Clause(name, dict(WORDS), dict(WORDS))


def ids(agreement: Agreement) -> list[str]:
    return [clause.id for clause in text_of(agreement).clauses]


def test_an_edit_makes_another_version_and_the_one_before_stays(cast: Cast) -> None:
    agreement = make_agreement(cast)
    terms = replace(text_of(agreement).terms, confidentiality_years=7)
    names = {**NAMES, "en": "Another  name "}
    version = change(cast, editing.edit_terms, agreement, terms=terms, names=names)
    assert (version.number, agreement.latest, agreement.name_en) == (2, 2, "Another name")
    assert version.text.terms.confidentiality_years == 7
    assert agreement.versions.get(number=1).text.terms.confidentiality_years == 5
    assert last(cast.partnership).event == "agreements.text_changed"
    entry = last(cast.partnership).facts
    assert (entry["part"], entry["version"], entry["sha256"]) == ("terms", 2, version.sha256)


def test_an_edit_that_changes_nothing_makes_no_version(cast: Cast) -> None:
    agreement = make_agreement(cast)
    text, before = text_of(agreement), count(cast.partnership)
    change(cast, editing.edit_terms, agreement, terms=text.terms, names=text.names)
    change(cast, editing.edit_parties, agreement, parties=text.parties)
    assert agreement.latest == 1
    assert count(cast.partnership) == before


def test_the_days_of_the_agreement_follow_its_text(cast: Cast) -> None:
    agreement = make_agreement(cast)
    terms = replace(text_of(agreement).terms, start=date(2031, 1, 1), end=None)
    change(cast, editing.edit_terms, agreement, terms=terms, names=NAMES)
    assert (agreement.starts_on, agreement.ends_on) == (date(2031, 1, 1), None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"end": date(2020, 1, 1)},
        {"renewal": "now and then"},
        {"ip_model": "lambert-9"},
        {"governing_law": "the sea"},
        {"prevailing": "la"},
        {"confidentiality_years": -1},
        {"publication_notice_days": 100_000},
        {"directions": ({"en": "x" * 201},)},
        {"directions": ({"en": "x"},) * 21},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_terms_that_make_no_sense_are_refused(cast: Cast, wrong: dict[str, Any]) -> None:
    agreement = make_agreement(cast)
    terms = replace(text_of(agreement).terms, **wrong)
    with pytest.raises(Refusal):
        change(cast, editing.edit_terms, agreement, terms=terms, names=NAMES)
    assert agreement.versions.count() == 1


def test_terms_without_an_english_name_are_refused(cast: Cast) -> None:
    agreement = make_agreement(cast)
    with pytest.raises(Refusal, match="English"):
        change(
            cast, editing.edit_terms, agreement, terms=text_of(agreement).terms, names={"ko": "가"}
        )


def test_parties_are_named_anew_and_stay_the_same_parties(cast: Cast) -> None:
    agreement = make_agreement(cast)
    first, second = text_of(agreement).parties
    called = replace(first, capacity={"en": "the School", "ko": " "})
    change(cast, editing.edit_parties, agreement, parties=(second, called))
    parties = text_of(agreement).parties
    assert [party.organisation for party in parties] == [second.organisation, first.organisation]
    assert parties[1].capacity == {"en": "the School"}
    for wrong in ((first,), (first, replace(second, organisation=uuid4()))):
        with pytest.raises(Refusal, match="sides"):
            change(cast, editing.edit_parties, agreement, parties=wrong)
    with pytest.raises(Refusal, match="name"):
        change(cast, editing.edit_parties, agreement, parties=(first, replace(second, names={})))


def test_signers_are_live_members_each_in_one_place(cast: Cast) -> None:
    agreement = make_agreement(cast)

    def choose(signatories: list[str], witnesses: list[str]) -> None:
        change(
            cast,
            editing.choose_signers,
            agreement,
            signatories=[cast.people[name].pk for name in signatories],
            witnesses=[cast.people[name].pk for name in witnesses],
        )

    choose(["general_manager", "vice_president"], ["dean", "student"])
    signers = text_of(agreement).signers
    assert [signer.witness for signer in signers] == [False, False, True, True]
    assert signers[0].title["zh-hans"] == "总经理"
    assert signers[2].organisation == cast.university.pk
    for wrong in ("former", "other_office", "outsider"):
        with pytest.raises(Refusal, match="members"):
            choose(["vice_president", wrong], [])
    with pytest.raises(Refusal, match="once"):
        choose(["vice_president", "general_manager"], ["vice_president"])


def test_clauses_are_added_edited_moved_and_dropped(cast: Cast) -> None:
    agreement = make_agreement(cast)
    before = ids(agreement)
    change(cast, editing.add_clause, agreement, clause=new_clause(), after=before[0])
    assert ids(agreement)[:2] == [before[0], "guests"]
    assert last(cast.partnership).facts["clause"] == WORDS
    edited = replace(new_clause(), body={"en": "One.  \r\n\r\n- a\x00\r\n- b\u202e"})
    change(cast, editing.edit_clause, agreement, clause=edited)
    assert text_of(agreement).clause("guests").body == {"en": "One.\n\n- a\n- b"}
    change(cast, editing.move_clause, agreement, clause="guests", up=True)
    assert ids(agreement)[:2] == ["guests", before[0]]
    change(cast, editing.move_clause, agreement, clause="guests", up=True)
    assert ids(agreement)[0] == "guests"
    change(cast, editing.move_clause, agreement, clause="guests", up=False)
    change(cast, editing.drop_clause, agreement, clause="guests")
    assert ids(agreement) == before
    assert last(cast.partnership).facts["clause"] == WORDS


def test_a_clause_stands_in_the_text_once_and_only_one_that_is_there_is_edited(cast: Cast) -> None:
    agreement = make_agreement(cast)
    there = text_of(agreement).clauses[0]
    with pytest.raises(NotNow, match="already"):
        change(cast, editing.add_clause, agreement, clause=there)
    with pytest.raises(NotNow, match="any more"):
        change(cast, editing.edit_clause, agreement, clause=new_clause())
    for edit, more in ((editing.move_clause, {"up": True}), (editing.drop_clause, {})):
        with pytest.raises(NotNow, match="any more"):
            change(cast, edit, agreement, clause="guests", **more)


def test_a_text_grows_only_so_far(cast: Cast) -> None:
    agreement = make_agreement(cast)
    clause = text_of(agreement).clauses[0]
    change(cast, editing.edit_clause, agreement, clause=replace(clause, body={"en": "字" * 20_000}))
    for wrong in (
        replace(clause, body={"en": "字" * 20_001}),
        replace(clause, heading={"en": "x" * 201}),
    ):
        with pytest.raises(Refusal, match="longer"):
            change(cast, editing.edit_clause, agreement, clause=wrong)


def test_commitments_and_duties_are_put_changed_and_dropped(cast: Cast) -> None:
    agreement = make_agreement(cast)
    money = Commitment("grant", cast.enterprise.pk, WORDS, "5000000.50", "CNY")
    duty = Duty("report", cast.university.pk, WORDS, date(2031, 6, 30), "year")
    change(cast, editing.put_commitment, agreement, commitment=money)
    change(cast, editing.put_duty, agreement, duty=duty)
    assert (text_of(agreement).commitments, text_of(agreement).duties) == ((money,), (duty,))
    change(cast, editing.put_commitment, agreement, commitment=replace(money, amount="1"))
    change(cast, editing.put_duty, agreement, duty=replace(duty, every="once"))
    text = text_of(agreement)
    assert [row.amount for row in text.commitments] == ["1"]
    assert [row.every for row in text.duties] == ["once"]
    change(cast, editing.drop_commitment, agreement, id="grant")
    change(cast, editing.drop_duty, agreement, id="report")
    assert not (*text_of(agreement).commitments, *text_of(agreement).duties)


def test_what_a_stranger_owes_and_amounts_that_are_none_are_refused(cast: Cast) -> None:
    agreement = make_agreement(cast)
    duty = Duty("report", cast.university.pk, WORDS, date(2031, 6, 30))
    foreign = replace(duty, organisation=cast.other_university.pk)
    for wrong in (foreign, replace(duty, every="sometimes"), replace(duty, what={"en": "x" * 501})):
        with pytest.raises(Refusal):
            change(cast, editing.put_duty, agreement, duty=wrong)
    for amount, currency in (("many", "CNY"), ("-1", "CNY"), ("1", "yuan"), ("٣", "CNY")):
        money = Commitment("grant", cast.enterprise.pk, WORDS, amount, currency)
        with pytest.raises(Refusal, match="amount"):
            change(cast, editing.put_commitment, agreement, commitment=money)


def test_only_an_office_edits(cast: Cast) -> None:
    agreement = make_agreement(cast)
    for name in ("vice_president", "dean", "student", "enterprise_auditor"):
        with pytest.raises(NotAllowed):
            change(cast, editing.add_clause, agreement, by=name, clause=new_clause())
    for name in ("other_office", "outsider", "operator", "former"):
        with pytest.raises(NotVisible):
            change(cast, editing.add_clause, agreement, by=name, clause=new_clause())
    change(cast, editing.add_clause, agreement, by="enterprise_office", clause=new_clause())


def test_two_who_edit_different_parts_from_one_version_both_stand(cast: Cast) -> None:
    agreement = make_agreement(cast)
    first, second, *_rest = text_of(agreement).clauses
    for by, clause in ((cast.university_office, first), (cast.enterprise_office, second)):
        editing.edit_clause(
            by=by, agreement=agreement, base=1, clause=replace(clause, body=dict(WORDS))
        )
    text = text_of(agreement)
    assert [clause.body for clause in text.clauses[:2]] == [WORDS, WORDS]
    assert agreement.latest == 3


def test_who_edits_the_same_part_second_is_told_and_overwrites_nothing(cast: Cast) -> None:
    agreement = make_agreement(cast)
    clause = text_of(agreement).clauses[0]
    acts: list[Callable[[str], Version]] = [
        lambda said: editing.edit_clause(
            by=cast.university_office,
            agreement=agreement,
            base=1,
            clause=replace(clause, body={"en": said}),
        ),
        lambda said: editing.edit_terms(
            by=cast.enterprise_office,
            agreement=agreement,
            base=1,
            terms=text_of(agreement).terms,
            names={"en": said},
        ),
    ]
    for act in acts:
        kept = act("First")
        with pytest.raises(Changed) as caught:
            act("Second")
        assert caught.value.row.number >= kept.number
        agreement.refresh_from_db()
        assert caught.value.row.number == agreement.latest
    assert text_of(agreement).clause(clause.id).body == {"en": "First"}
    assert agreement.name_en == "First"


def test_a_clause_that_somebody_dropped_meanwhile_is_not_brought_back(cast: Cast) -> None:
    agreement = make_agreement(cast)
    clause = text_of(agreement).clauses[0]
    change(cast, editing.drop_clause, agreement, clause=clause.id)
    with pytest.raises(Changed):
        editing.edit_clause(by=cast.enterprise_office, agreement=agreement, base=1, clause=clause)
    with pytest.raises(Changed):
        editing.edit_clause(by=cast.enterprise_office, agreement=agreement, base=99, clause=clause)


def test_an_edit_voids_the_approvals_and_history_names_whose(cast: Cast) -> None:
    agreement = make_complete(cast)
    approve_agreement(
        by=cast.general_manager, agreement=agreement, sha256=text_of(agreement).sha256
    )
    version = change(cast, editing.add_clause, agreement, clause=new_clause())
    assert not version.approvals.exists()
    (voided,) = last(cast.partnership).facts["voided"]
    assert voided["id"] == str(cast.enterprise.pk)


def test_what_every_side_approved_is_edited_only_when_reopened(cast: Cast) -> None:
    agreement = make_approved(cast)
    with pytest.raises(NotNow, match="Reopen"):
        change(cast, editing.add_clause, agreement, clause=new_clause())
    withdrawn = make_agreement(cast)
    withdraw_agreement(by=cast.university_office, agreement=withdrawn, reason="Too early.")
    with pytest.raises(NotNow, match="not negotiated"):
        change(cast, editing.add_clause, withdrawn, clause=new_clause())


def test_the_database_changes_and_deletes_no_version(cast: Cast) -> None:
    agreement = make_agreement(cast)
    rows = Version.objects.filter(agreement=agreement)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(sha256="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()
    assert rows.count() == 1
