"""Both sides sign the head of their history."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings

from jointlab.common.errors import NotAllowed, NotNow, NotVisible, Refusal
from jointlab.history import archive, checkpoints, queries
from jointlab.history.access import ReadableChain
from jointlab.history.audit import examine, export
from jointlab.history.models import Checkpoint, Entry, Signature
from jointlab.history.services import record
from jointlab.history.services import sign_checkpoint as sign_for
from jointlab.parties.access import POLICY
from jointlab.parties.history_subjects import subject_of_partnership
from jointlab.parties.policy import own_memberships
from jointlab.parties.queries_history import checkpoints_waiting_for
from jointlab.parties.services.checkpoints import sign_checkpoint
from tests.cast import Cast
from tests.history.events import TRIED
from tests.history.tampering import intruder


def sign(cast: Cast, name: str, head: Any = None) -> Checkpoint:
    """Let that person sign what their side's page shows."""
    side = cast.membership(name).organisation_id
    head = head or queries.head_to_sign(cast.partnership.pk, side)
    return sign_checkpoint(
        by=cast.people[name],
        partnership=cast.partnership,
        number=head.number,
        sha256=head.hash.hex(),
    )


def happen(cast: Cast) -> None:
    record(TRIED, chain=cast.partnership.pk, by=None)


def test_both_sides_sign_one_head(cast: Cast) -> None:
    before = queries.head(cast.partnership.pk)
    assert before is not None
    proposed = sign(cast, "university_office")
    signed = sign(cast, "enterprise_office")
    assert proposed == signed
    assert (signed.number, bytes(signed.hash)) == (before.number, before.hash)
    (shown,) = queries.checkpoints_of(cast.partnership.pk)
    assert [signer.names["en"] for signer in shown.signers] == [
        "Northlake University",
        "Asterion Automotive",
    ]
    assert len({signer.key for signer in shown.signers}) == 2


def test_each_signature_is_told_in_the_chain(cast: Cast) -> None:
    checkpoint = sign(cast, "university_office")
    (line,) = queries.latest(ReadableChain(cast.partnership.pk), 1)
    assert line.event == "history.checkpoint_signed"
    facts = Entry.objects.get(chain=cast.partnership.pk, number=line.number).facts
    assert facts["number"] == checkpoint.number
    assert facts["hash"] == bytes(checkpoint.hash).hex()
    assert facts["organisation"]["id"] == str(cast.university.pk)
    assert facts["actor"]["id"] == str(cast.university_office.pk)
    assert f"up to entry <bdi>{checkpoint.number}</bdi>" in line.sentence


def test_what_was_signed_names_the_person_and_what_the_signature_means(cast: Cast) -> None:
    from jointlab.history import dsse

    checkpoint = sign(cast, "university_office")
    statement = json.loads(dsse.payload_of(Signature.objects.get().envelope))
    assert statement["subject"][0]["digest"] == {"sha256": bytes(checkpoint.hash).hex()}
    assert statement["predicate"]["person"] == cast.university_office.as_fact()
    assert "key that this instance keeps" in statement["predicate"]["means"]


def test_the_keys_lie_in_the_instances_folder_for_its_user_alone(cast: Cast) -> None:
    sign(cast, "university_office")
    key = settings.HOME.keys / f"organisation-{cast.university.pk}.pem"
    assert key.stat().st_mode & 0o777 == 0o600


def test_a_chain_with_its_checkpoint_verifies_in_the_database_and_as_a_file(cast: Cast) -> None:
    sign(cast, "university_office")
    sign(cast, "enterprise_office")
    subject = subject_of_partnership(cast.partnership)
    for found in (examine(subject), archive.examine(export([subject]))[0]):
        assert not found.fault
        assert [len(signed.signers) for signed in found.signed] == [2]


@pytest.mark.parametrize("name", ["engineer", "auditor", "vice_president", "student"])
def test_only_an_office_signs(cast: Cast, name: str) -> None:
    head = queries.head(cast.partnership.pk)
    with pytest.raises(NotAllowed):
        sign(cast, name, head)
    assert not Signature.objects.exists()


@pytest.mark.parametrize("name", ["other_office", "outsider", "operator", "former"])
def test_for_others_there_is_nothing_to_sign(cast: Cast, name: str) -> None:
    head = queries.head(cast.partnership.pk)
    assert head is not None
    with pytest.raises(NotVisible):
        sign_checkpoint(
            by=cast.people[name],
            partnership=cast.partnership,
            number=head.number,
            sha256=head.hash.hex(),
        )


def test_a_third_organisation_is_refused(cast: Cast) -> None:
    head = queries.head(cast.partnership.pk)
    assert head is not None
    with pytest.raises(NotAllowed):
        sign_for(
            by=cast.other_office, chain=head.chain, organisation=cast.other_university,
            sides=[cast.university.pk, cast.enterprise.pk], number=head.number, sha256=head.hash.hex(),
        )  # fmt: skip


def test_signing_twice_is_refused(cast: Cast) -> None:
    head = queries.head(cast.partnership.pk)
    sign(cast, "university_office", head)
    with pytest.raises(NotNow, match="already"):
        sign(cast, "university_office", head)
    assert Signature.objects.count() == 1


def test_after_both_signed_there_is_nothing_to_sign_until_something_happens(cast: Cast) -> None:
    for name in ("university_office", "enterprise_office"):
        sign(cast, name)
    assert queries.head_to_sign(cast.partnership.pk, cast.university.pk) is None
    with pytest.raises(NotNow, match="Nothing has happened"):
        sign(cast, "university_office", queries.head(cast.partnership.pk))
    happen(cast)
    assert sign(cast, "enterprise_office").number == sign(cast, "university_office").number


def test_what_the_other_side_signed_comes_first(cast: Cast) -> None:
    sign(cast, "university_office")
    happen(cast)
    with pytest.raises(NotNow, match="earlier head"):
        sign(cast, "enterprise_office", queries.head(cast.partnership.pk))


def test_a_newer_proposal_takes_the_place_of_the_older(cast: Cast) -> None:
    old = queries.head(cast.partnership.pk)
    sign(cast, "university_office", old)
    happen(cast)
    newer = sign(cast, "university_office")
    with pytest.raises(NotNow, match="newer checkpoint"):
        sign(cast, "enterprise_office", old)
    assert sign(cast, "enterprise_office") == newer


@pytest.mark.parametrize(
    ("number", "sha256"), [(1, "00" * 32), (10_000, "00" * 32), (0, ""), (2**62, "é")]
)
def test_a_head_that_the_chain_does_not_contain_is_refused(
    cast: Cast, number: int, sha256: str
) -> None:
    with pytest.raises(Refusal, match="does not contain this head"):
        sign_checkpoint(
            by=cast.university_office, partnership=cast.partnership, number=number, sha256=sha256
        )


@pytest.mark.django_db(transaction=True)
def test_a_proposed_head_that_was_rewritten_is_not_signed(server: Any) -> None:
    cast = Cast.tell()
    head = queries.head(cast.partnership.pk)
    sign(cast, "university_office", head)
    with intruder(server) as owner:
        owner.execute(
            "UPDATE history_entry SET record = '{}' WHERE chain = %s AND number = %s",
            [head.chain, head.number],
        )  # type: ignore[union-attr]
    with pytest.raises(Refusal, match="does not contain this head"):
        sign(cast, "enterprise_office", head)


@pytest.mark.django_db(transaction=True)
def test_cutting_the_end_off_is_betrayed_by_the_checkpoint(server: Any) -> None:
    cast = Cast.tell()
    checkpoint = sign(cast, "university_office")
    with intruder(server) as owner:
        owner.execute(
            "DELETE FROM history_entry WHERE chain = %s AND number >= %s",
            [checkpoint.chain, checkpoint.number],
        )
    fault = examine(subject_of_partnership(cast.partnership)).fault
    last = checkpoint.number - 1
    assert (
        fault == f"the checkpoint at entry {last + 1} does not fit: the chain ends at entry {last}"
    )


@pytest.mark.parametrize(
    "damage", ["{}", "nonsense", '{"payload":"e30=","payloadType":"x","signatures":[]}']
)
def test_a_signature_in_the_database_that_is_none_is_named(cast: Cast, damage: str) -> None:
    head = queries.head(cast.partnership.pk)
    assert head is not None
    checkpoint = Checkpoint.objects.create(chain=head.chain, number=head.number, hash=head.hash)
    Signature.objects.create(checkpoint=checkpoint, organisation=uuid4(), envelope=damage)
    assert "does not fit" in examine(subject_of_partnership(cast.partnership)).fault


def test_a_signature_that_the_chain_does_not_tell_of_is_named(cast: Cast) -> None:
    head = queries.head(cast.partnership.pk)
    assert head is not None
    sign(cast, "university_office", head)
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from django.utils import timezone

    forged = checkpoints.sign(
        head,
        Ed25519PrivateKey.generate(),
        organisation=cast.enterprise,
        person=cast.engineer,
        at=timezone.now(),
    )
    Signature.objects.create(
        checkpoint=Checkpoint.objects.get(), organisation=cast.enterprise.pk, envelope=forged
    )
    fault = examine(subject_of_partnership(cast.partnership)).fault
    assert fault.endswith(f"no entry tells that {cast.enterprise.pk} signed it")


class TestTheDesk:
    def waiting(self, cast: Cast, name: str) -> list[str]:
        return [
            waiting.about
            for waiting in checkpoints_waiting_for(
                POLICY.with_right(own_memberships(cast.people[name]), "sign checkpoint")
            )
        ]

    def test_tells_the_other_sides_office_alone(self, cast: Cast) -> None:
        sign(cast, "university_office")
        assert self.waiting(cast, "enterprise_office") == ["Northlake and Asterion"]
        for name in ("university_office", "engineer", "other_office", "outsider", "operator"):
            assert self.waiting(cast, name) == []

    def test_is_clear_when_it_is_signed(self, cast: Cast) -> None:
        sign(cast, "university_office")
        sign(cast, "enterprise_office")
        assert self.waiting(cast, "enterprise_office") == []
