"""Beginning an agreement."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from jointlab.agreements.models import State
from jointlab.agreements.negotiation.services.drafting import draft_agreement
from jointlab.agreements.text.library import starting_clauses
from jointlab.common.errors import NotAllowed, NotVisible, Refusal
from jointlab.history.models import Entry
from tests.agreements.make import NAMES, make_agreement, make_approved, text_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_an_office_begins_with_the_clauses_of_the_kind_and_both_signatories(cast: Cast) -> None:
    agreement = make_agreement(cast)
    text = text_of(agreement)
    assert (agreement.state, agreement.latest, agreement.number) == (State.DRAFT, 1, 1)
    assert agreement.code == f"{cast.partnership.code}-1"
    assert text.clauses == starting_clauses("strategic")
    assert [party.capacity["en"] for party in text.parties] == ["the University", "the Company"]
    assert [signer.person for signer in text.signers] == [
        cast.vice_president.pk,
        cast.general_manager.pk,
    ]
    drafted = Entry.objects.filter(chain=agreement.pk).get()
    assert drafted.event == "agreements.drafted"
    assert text.sha256 in drafted.record


def test_numbers_count_in_each_partnership(cast: Cast) -> None:
    assert make_agreement(cast).number == 1
    assert make_agreement(cast, kind="confidentiality").number == 2
    foreign = make_agreement(cast, by="other_office", partnership=cast.other_partnership)
    assert foreign.number == 1


@pytest.mark.parametrize("name", ["engineer", "vice_president", "auditor", "student"])
def test_only_an_office_drafts(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        make_agreement(cast, by=name)


@pytest.mark.parametrize("name", ["other_office", "outsider", "operator"])
def test_strangers_do_not_learn_that_the_partnership_is_there(cast: Cast, name: str) -> None:
    with pytest.raises(NotVisible):
        make_agreement(cast, by=name)


def test_dates_that_end_before_they_begin_are_refused(cast: Cast) -> None:
    with pytest.raises(Refusal, match="before it begins"):
        make_agreement(cast, end=timezone.localdate() - timedelta(days=1))
    assert not cast.partnership.agreements.exists()


def test_an_unknown_kind_and_an_agreement_without_a_name_are_refused(cast: Cast) -> None:
    with pytest.raises(Refusal, match="kind"):
        make_agreement(cast, kind="poem")
    with pytest.raises(Refusal, match="English"):
        make_agreement(cast, names={"ko": "협약"})


@pytest.mark.parametrize("name", ["اتفاقية التعاون", "协议 🤝🏽", "שיתוף פעולה"])
def test_a_name_in_any_script_stays_whole(cast: Cast, name: str) -> None:
    agreement = make_agreement(cast, names={**NAMES, "en": name})
    assert agreement.name_en == name
    assert text_of(agreement).names["en"] == name


def test_what_is_not_signed_is_neither_amended_nor_renewed(cast: Cast) -> None:
    agreement = make_approved(cast)
    with pytest.raises(Refusal, match="signed"):
        draft_agreement(
            by=cast.university_office,
            partnership=cast.partnership,
            kind="strategic",
            start=timezone.localdate(),
            end=None,
            names=NAMES,
            follows=agreement,
            relation="amendment",
        )
