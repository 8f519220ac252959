"""Signing here, in order, each exactly the document that they read; and declining to."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.utils import translation

from jointlab.agreements.access import agreements_visible_to
from jointlab.agreements.models import Agreement, Approval, Paper, Signature, State
from jointlab.agreements.signature.queries.waiting import waiting
from jointlab.agreements.signature.services.signatures import decline, sign_here
from jointlab.common.errors import NotAllowed, NotNow, NotVisible, Refusal
from jointlab.history.models import Entry
from jointlab.history.telling import sentence_of
from jointlab.parties.models import Person
from jointlab.parties.policy import own_memberships
from jointlab.parties.services.memberships import add_member, end_membership
from jointlab.signing import instance
from jointlab.signing.models import Certificate
from jointlab.signing.queries.certificates import revocations
from jointlab.signing.services.certificates import NoCertificate, WrongPin, revoke_certificate
from jointlab.signing.signatures import examination
from tests.agreements.sign import (
    PIN,
    SIGNERS,
    make_certificate,
    make_signed,
    make_signing,
    sign,
)
from tests.cast import Cast
from tests.jobs import run_jobs
from tests.signing.test_certificates import run_out, spend_tries


def try_to_sign(agreement: Agreement, person: Person, pin: str = PIN, sha256: str = "") -> Any:
    agreement = Agreement.objects.get(pk=agreement.pk)
    paper = Paper.objects.filter(agreement=agreement).first()
    sha256 = sha256 or (paper.sha256 if paper else "")
    return sign_here(by=person, agreement=agreement, pin=pin, sha256=sha256)


def events(cast: Cast) -> list[str]:
    rows = Entry.objects.filter(chain=cast.partnership.pk).order_by("number")
    return [row.event for row in rows if row.event.startswith("agreements.")]


def test_each_signature_is_added_to_the_bytes_that_were_read(cast: Cast) -> None:
    agreement = make_signing(cast)
    before = bytes(agreement.paper.pdf)

    agreement = sign(cast, agreement, "vice_president")

    after = bytes(agreement.paper.pdf)
    assert after.startswith(before)
    found = examination.examine(after, trust=instance.trusted(), complete=False)
    assert found.ok
    (signature,) = found.signatures
    certificate = Certificate.objects.get(person=cast.vice_president)
    assert (signature.field, signature.serial) == ("signer-1", certificate.serial)
    assert signature.emails == (cast.vice_president.email,)
    row = agreement.signatures.get(person=cast.vice_president)
    assert (row.how, row.serial) == ("here", certificate.serial)
    assert row.signed_at is not None


def test_the_next_is_asked_when_the_one_before_has_signed(cast: Cast) -> None:
    agreement = sign(cast, make_signing(cast), "vice_president")

    asked = agreement.signatures.filter(asked_at__isnull=False, signed_at=None)
    assert [row.person for row in asked] == [cast.general_manager]
    run_jobs()
    letters = {letter.to[0]: letter.subject for letter in mail.outbox}
    subject = "You are asked to sign: Strategic cooperation agreement"
    assert letters == {cast.general_manager.email: subject}  # the first one's has been answered


def test_with_the_last_signature_it_is_signed_closed_and_valid(cast: Cast) -> None:
    agreement = make_signed(cast)

    assert agreement.state == State.SIGNED
    assert agreement.signed_at == agreement.signatures.last().signed_at  # type: ignore[union-attr]
    pdf = bytes(agreement.paper.pdf)
    found = examination.examine(pdf, trust=instance.trusted(), crls=[revocations()])
    assert found.ok, found.problems
    assert [each.field for each in found.signatures] == [f"signer-{n}" for n in range(1, 5)]
    assert found.timestamps[-1].whole_file
    assert events(cast).count("agreements.signature_made") == 4


def test_everybody_is_told_when_all_have_signed_in_their_language(cast: Cast) -> None:
    Person.objects.filter(pk=cast.dean.pk).update(language="zh-hans")
    make_signed(cast)
    run_jobs()

    told = {letter.to[0]: letter.body for letter in mail.outbox if letter.to[0] == cast.dean.email}
    assert "/zh-hans/agreements/" in told[cast.dean.email]
    signed = [letter for letter in mail.outbox if letter.subject.startswith("Signed by all")]
    assert {letter.to[0] for letter in signed} == {
        cast.people[name].email
        for name in (*SIGNERS, "university_office", "enterprise_office")
        if name != "dean"
    }


def test_somebody_out_of_order_is_refused(cast: Cast) -> None:
    agreement = make_signing(cast)
    make_certificate(cast.general_manager)

    with pytest.raises(NotNow, match="It is not your turn"):
        try_to_sign(agreement, cast.general_manager)
    assert not Signature.objects.filter(signed_at__isnull=False).exists()


def test_nobody_signs_twice(cast: Cast) -> None:
    agreement = sign(cast, make_signing(cast), "vice_president")

    with pytest.raises(NotNow, match="signed this agreement already"):
        try_to_sign(agreement, cast.vice_president)


def test_whoever_has_no_place_in_it_cannot_sign(cast: Cast) -> None:
    agreement = make_signing(cast)
    make_certificate(cast.university_office)

    with pytest.raises(NotAllowed, match="not asked to sign"):
        try_to_sign(agreement, cast.university_office)
    with pytest.raises(NotVisible):
        try_to_sign(agreement, cast.outsider)


def test_another_document_than_the_one_read_is_refused_and_no_try_spent(cast: Cast) -> None:
    agreement = make_signing(cast)
    certificate = make_certificate(cast.vice_president)

    with pytest.raises(NotNow, match="changed since you read it"):
        try_to_sign(agreement, cast.vice_president, pin="another-one", sha256="0" * 64)
    certificate.refresh_from_db()
    assert certificate.tries == 0


def test_without_a_certificate_one_is_sent_for_one(cast: Cast) -> None:
    with pytest.raises(NoCertificate, match="no certificate yet"):
        try_to_sign(make_signing(cast), cast.vice_president)


def test_a_wrong_pin_signs_nothing_and_locks_in_the_end(cast: Cast) -> None:
    agreement = make_signing(cast)
    certificate = make_certificate(cast.vice_president)

    with pytest.raises(WrongPin, match="4 tries are left"):
        try_to_sign(agreement, cast.vice_president, pin="another-one")
    spend_tries(certificate, 4)
    with pytest.raises(NoCertificate, match="locked"):
        try_to_sign(agreement, cast.vice_president)
    assert not Signature.objects.filter(signed_at__isnull=False).exists()


def test_an_expired_or_revoked_certificate_signs_nothing(cast: Cast) -> None:
    agreement = make_signing(cast)
    run_out(make_certificate(cast.vice_president))
    with pytest.raises(NoCertificate, match="has expired"):
        try_to_sign(agreement, cast.vice_president)

    certificate = make_certificate(cast.vice_president)
    revoke_certificate(by=cast.vice_president, certificate=certificate, reason="superseded")
    with pytest.raises(NoCertificate, match="is revoked"):
        try_to_sign(agreement, cast.vice_president)


def test_revoking_a_certificate_leaves_what_was_signed_with_it_before_valid(cast: Cast) -> None:
    agreement = make_signed(cast)
    certificate = Certificate.objects.get(person=cast.vice_president)
    revoke_certificate(by=cast.vice_president, certificate=certificate, reason="superseded")

    pdf = bytes(agreement.paper.pdf)
    assert examination.examine(pdf, trust=instance.trusted(), crls=[revocations()]).ok


def test_whoever_has_left_the_side_does_not_sign_for_it(cast: Cast) -> None:
    agreement = make_signing(cast)
    membership = cast.membership("vice_president")
    end_membership(by=cast.university_office, membership=membership)

    with pytest.raises(NotVisible):
        try_to_sign(agreement, cast.vice_president)
    add_member(
        by=cast.enterprise_office,
        partnership=cast.partnership,
        organisation=cast.enterprise,
        person=cast.vice_president,
        roles=["office"],
        title_en="Office director",
    )
    with pytest.raises(NotAllowed, match="no longer belong to the side"):
        try_to_sign(agreement, cast.vice_president)


def test_who_is_asked_sees_it_and_finds_it_on_their_desk_until_they_have_signed(
    cast: Cast,
) -> None:
    agreement = make_signing(cast)
    witness = cast.dean
    assert [thing.what for thing in waiting(own_memberships(witness))] == []

    agreement = sign(cast, agreement, "vice_president", "general_manager")
    (thing,) = waiting(own_memberships(witness))
    assert thing.what == "You are asked to sign Strategic cooperation agreement as a witness."
    assert (thing.act, thing.url) == (
        "Read and sign",
        f"/en/agreements/{agreement.code}/signing/",
    )

    sign(cast, agreement, "dean")
    assert list(waiting(own_memberships(witness))) == []


def test_an_office_finds_on_its_desk_that_a_document_could_not_be_made(cast: Cast) -> None:
    agreement = make_signing(cast)
    Agreement.objects.update(state=State.APPROVED, paper_problem='{"en": "No fonts."}')

    (thing,) = waiting(own_memberships(cast.enterprise_office))
    assert thing.what == f"The document of {agreement.name} could not be made: No fonts."
    assert list(waiting(own_memberships(cast.engineer))) == []


def test_declining_takes_the_text_back_and_tells_the_others_why(cast: Cast) -> None:
    agreement = sign(cast, make_signing(cast), "vice_president")
    run_jobs()
    mail.outbox.clear()

    decline(by=cast.general_manager, agreement=agreement, reason=" The end is too early. ")

    agreement = Agreement.objects.get(pk=agreement.pk)
    assert agreement.state == State.DRAFT
    for rows in (Signature.objects, Paper.objects, Approval.objects):
        assert not rows.exists()
    entry = Entry.objects.filter(chain=cast.partnership.pk).latest("number")
    assert (entry.event, entry.actor) == ("agreements.signing_declined", cast.general_manager.pk)
    assert entry.facts["reason"] == "The end is too early."
    run_jobs()
    assert {letter.to[0] for letter in mail.outbox} == {
        cast.people[name].email
        for name in ("vice_president", "university_office", "enterprise_office")
    }
    assert all("The end is too early." in letter.body for letter in mail.outbox)


def test_declining_takes_a_reason_and_a_turn(cast: Cast) -> None:
    agreement = make_signing(cast)

    with pytest.raises(Refusal, match="Say why"):
        decline(by=cast.vice_president, agreement=agreement, reason="  ")
    with pytest.raises(NotNow, match="not your turn"):
        decline(by=cast.general_manager, agreement=agreement, reason="No.")
    with pytest.raises(NotAllowed):
        decline(by=cast.enterprise_office, agreement=agreement, reason="No.")
    agreement = make_signed_again(cast, agreement)
    with pytest.raises(NotNow, match="already"):
        decline(by=cast.dean, agreement=agreement, reason="No.")


def make_signed_again(cast: Cast, agreement: Agreement) -> Agreement:
    return sign(cast, agreement, *SIGNERS)


def test_a_witness_who_was_asked_and_is_not_any_more_is_still_told_why(cast: Cast) -> None:
    agreement = sign(cast, make_signing(cast), "vice_president", "general_manager", "dean")
    assert agreements_visible_to(cast.dean).exists()
    run_jobs()
    mail.outbox.clear()

    decline(by=cast.division_head, agreement=agreement, reason="No.")
    run_jobs()

    assert cast.dean.email in {letter.to[0] for letter in mail.outbox}


@pytest.mark.parametrize("language", ["en", "zh-hans", "ko"])
def test_every_event_is_told_in_words(cast: Cast, language: str) -> None:
    agreement = sign(cast, make_signing(cast), "vice_president", "general_manager")
    decline(by=cast.dean, agreement=agreement, reason="No.")
    certificate = cast.vice_president.certificates.get()
    revoke_certificate(by=cast.vice_president, certificate=certificate, reason="superseded")

    with translation.override(language):
        for entry in Entry.objects.filter(event__startswith="agreements."):
            told = sentence_of(entry.event, entry.facts)
            assert entry.event not in told
            assert "—" not in told, told


def test_the_desk_asks_twice_however_much_waits(cast: Cast, django_assert_num_queries: Any) -> None:
    for _ in range(3):
        make_signing(cast)

    with django_assert_num_queries(2):
        assert len(list(waiting(own_memberships(cast.vice_president)))) == 3


def test_whoever_read_the_agreement_before_it_was_reopened_is_told_so(cast: Cast) -> None:
    """As two at once meet: the document is gone, the agreement in hand still of before."""
    agreement = make_signing(cast)
    sha256 = agreement.paper.sha256
    make_certificate(cast.vice_president)
    Paper.objects.filter(agreement=agreement).delete()
    with pytest.raises(NotNow, match="not being signed"):
        sign_here(by=cast.vice_president, agreement=agreement, pin=PIN, sha256=sha256)
