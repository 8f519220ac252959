"""A signature that is asked for is a duty: reminders, deputies, and a signer who is gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.utils import translation

from jointlab.agreements.models import Agreement, Signature, State
from jointlab.agreements.signature.queries.waiting import waiting
from jointlab.agreements.signature.services.asking import remind_signer, remind_signers
from jointlab.agreements.signature.services.deputies import name_deputy
from jointlab.agreements.signature.services.papers import make_paper
from jointlab.common.errors import NotAllowed, NotNow, NotVisible, Refusal
from jointlab.parties.models import Membership
from jointlab.parties.policy import own_memberships
from jointlab.parties.services.memberships import end_membership
from tests.agreements.in_force import day, told
from tests.agreements.make import text_of
from tests.agreements.reader import Reader, text
from tests.agreements.sign import make_signing, sign
from tests.cast import Cast
from tests.days import on
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def place(cast: Cast, agreement: Agreement, name: str) -> Signature:
    return agreement.signatures.get(person=cast.people[name])


def letters() -> list[tuple[str, list[str]]]:
    run_jobs()
    sent = [(letter.subject, letter.to) for letter in mail.outbox]
    mail.outbox.clear()
    return sent


def make_signatory(cast: Cast, name: str) -> None:
    """Let somebody speak for their side, too."""
    membership = cast.membership(name)
    Membership.objects.filter(pk=membership.pk).update(roles=[*membership.roles, "signatory"])


# reminders


@pytest.mark.parametrize("name", ["university_office", "enterprise_office", "general_manager"])
def test_who_waits_reminds_the_signer_by_letter(cast: Cast, name: str) -> None:
    agreement = make_signing(cast)
    letters()

    with on(day(1)):
        remind_signer(by=cast.people[name], signature=place(cast, agreement, "vice_president"))

    [(subject, to)] = letters()
    assert subject.startswith("Reminder: you are asked to sign Strategic")
    assert to == [cast.vice_president.email]
    [entry] = told(agreement, "agreements.signer_reminded")
    assert entry.actor == cast.people[name].pk


def test_a_signer_is_reminded_once_a_day_and_only_in_their_turn(cast: Cast) -> None:
    agreement = make_signing(cast)
    office, signer = cast.university_office, place(cast, agreement, "vice_president")
    with pytest.raises(NotNow, match="written to today"):
        remind_signer(by=office, signature=signer)
    with on(day(1)):
        remind_signer(by=office, signature=signer)
        with pytest.raises(NotNow, match="written to today"):
            remind_signer(by=office, signature=signer)
        with pytest.raises(NotNow, match="whose turn"):
            remind_signer(by=office, signature=place(cast, agreement, "general_manager"))
        with pytest.raises(NotAllowed):
            remind_signer(by=cast.dean, signature=signer)
        with pytest.raises(NotVisible):
            remind_signer(by=cast.other_office, signature=signer)


def test_the_clock_reminds_every_week_until_there_is_a_signature(cast: Cast) -> None:
    agreement = make_signing(cast)
    letters()
    sent = []
    for offset in (6, 7, 8, 13, 14):
        with on(day(offset)):
            remind_signers()
            sent += [offset for _letter in letters()]
    assert sent == [7, 14]
    sign(cast, agreement, "vice_president")
    letters()
    with on(day(6)):
        remind_signers()
    assert letters() == []


def test_the_page_offers_to_remind_and_does(cast: Cast) -> None:
    agreement = make_signing(cast)
    pk = place(cast, agreement, "vice_president").pk
    office = Reader(cast, "enterprise_office")
    assert f"/signing/{pk}/remind/" in office.get("signing", agreement.code)
    assert "/remind/" not in Reader(cast, "dean").get("signing", agreement.code)
    answer = office.client.post(office.url("remind-signer", agreement.code, pk), follow=True)
    assert "They were written to today already." in answer.content.decode()


# deputies


def test_a_side_names_a_deputy_the_document_is_made_anew_and_stays_approved(cast: Cast) -> None:
    agreement = make_signing(cast)
    make_signatory(cast, "researcher")
    before, sha256 = text_of(agreement), agreement.paper.sha256
    letters()

    name_deputy(
        by=cast.university_office,
        signature=place(cast, agreement, "vice_president"),
        person=cast.researcher.pk,
    )

    after = text_of(agreement)
    assert agreement.state == State.APPROVED
    assert [row.person for row in after.signers] == [
        cast.researcher.pk,
        *(row.person for row in before.signers[1:]),
    ]
    assert {**after.as_json(), "signers": []} == {**before.as_json(), "signers": []}
    version = agreement.versions.get(number=agreement.latest)
    assert version.approvals.count() == 2
    [entry] = told(agreement, "agreements.deputy_named")
    assert entry.actor == cast.university_office.pk

    sent = letters()  # the worker makes the document, too
    agreement.refresh_from_db()
    assert agreement.state == State.SIGNING
    assert agreement.paper.sha256 != sha256
    assert sorted(
        to for subject, to in sent if subject.startswith("Somebody else signs")
    ) == sorted([[cast.enterprise_office.email], [cast.vice_president.email]])
    first = agreement.signatures.all()[0]
    assert (first.person, first.is_asked) == (cast.researcher, True)
    sign(cast, agreement, "researcher", "general_manager", "dean", "division_head")
    agreement.refresh_from_db()
    assert agreement.state == State.SIGNED


def test_a_witness_is_replaced_by_any_member_of_the_side(cast: Cast) -> None:
    agreement = make_signing(cast)
    name_deputy(
        by=cast.vice_president,
        signature=place(cast, agreement, "dean"),
        person=cast.researcher.pk,
    )
    make_paper(agreement_id=str(agreement.pk))
    assert place(cast, agreement, "researcher").witness


def deputise(cast: Cast, agreement: Agreement, by: str, whom: str, person: str) -> Any:
    return name_deputy(
        by=cast.people[by],
        signature=place(cast, agreement, whom),
        person=cast.people[person].pk,
    )


def test_a_deputy_is_of_the_same_side_may_sign_and_does_not_sign_already(cast: Cast) -> None:
    agreement = make_signing(cast)
    for person in ("researcher", "dean", "general_manager", "other_office"):
        with pytest.raises(Refusal, match="Choose somebody of your side"):
            deputise(cast, agreement, "university_office", "vice_president", person)


def test_only_the_office_and_the_signatories_of_that_side_name_a_deputy(cast: Cast) -> None:
    agreement = make_signing(cast)
    make_signatory(cast, "researcher")
    with pytest.raises(NotAllowed, match="its own deputies"):
        deputise(cast, agreement, "enterprise_office", "vice_president", "researcher")
    with pytest.raises(NotAllowed):
        deputise(cast, agreement, "dean", "vice_president", "researcher")
    with pytest.raises(NotVisible):
        deputise(cast, agreement, "other_office", "vice_president", "researcher")


def test_once_somebody_has_signed_the_document_keeps_its_names(cast: Cast) -> None:
    agreement = sign(cast, make_signing(cast), "vice_president")
    make_signatory(cast, "engineer")
    with pytest.raises(NotNow, match="Reopen the text"):
        deputise(cast, agreement, "enterprise_office", "general_manager", "engineer")
    assert "/deputy/" not in Reader(cast, "enterprise_office").get("signing", agreement.code)


def test_a_deputy_is_named_on_the_page(cast: Cast) -> None:
    agreement = make_signing(cast)
    pk = place(cast, agreement, "vice_president").pk
    office = Reader(cast, "university_office")
    assert f"/signing/{pk}/deputy/" not in office.get("signing", agreement.code)
    refused = office.client.get(office.url("name-deputy", agreement.code, pk))
    assert "Nobody else of your side may sign." in refused.content.decode()
    make_signatory(cast, "researcher")
    assert f"/signing/{pk}/deputy/" in office.get("signing", agreement.code)
    assert "Researcher" in office.get("name-deputy", agreement.code, pk)
    answer = office.post("name-deputy", agreement.code, pk, person=str(cast.researcher.pk))
    assert answer.status_code == 302
    assert text_of(agreement).signers[0].person == cast.researcher.pk
    assert office.client.get(office.url("name-deputy", agreement.code, pk)).status_code == 404


# a signer who is gone


def test_a_signer_who_is_gone_stands_on_the_desk_of_their_office(cast: Cast) -> None:
    agreement = make_signing(cast)

    def waits(name: str) -> list[str]:
        return [thing.what for thing in waiting(own_memberships(cast.people[name]))]

    assert waits("enterprise_office") == []
    end_membership(by=cast.enterprise_office, membership=cast.membership("division_head"))
    [what] = waits("enterprise_office")
    assert what.endswith(
        "is to sign Strategic cooperation agreement, and is not of your side any more."
    )
    assert waits("university_office") == []
    page = text(Reader(cast, "enterprise_office").get("signing", agreement.code))
    assert "Before anybody has signed, that side names a deputy" in page
    deputise(cast, agreement, "enterprise_office", "division_head", "engineer")
    assert waits("enterprise_office") == []
