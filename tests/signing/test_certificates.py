"""Certificates: issued to a person, opened by their PIN, locked, expired, revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from django.test import Client
from django.utils import timezone

from jointlab.common.errors import NotNow, NotVisible, Refusal
from jointlab.history.models import Entry
from jointlab.signing import instance
from jointlab.signing.models import Certificate
from jointlab.signing.queries.certificates import MOST_TRIES, certificates_of, revocations
from jointlab.signing.services.certificates import (
    NoCertificate,
    WrongPin,
    issue_certificate,
    load_x509,
    open_key,
    replace_certificate,
    revoke_certificate,
    usable_certificate,
)
from jointlab.signing.signatures.addresses import addresses
from tests.cast import Cast
from tests.parties.at_once import at_once, refused
from tests.parties.told import last
from tests.signing.make import PIN, make_certificate


def spend_tries(certificate: Certificate, count: int = MOST_TRIES) -> None:
    for _ in range(count):
        with pytest.raises(WrongPin):
            open_key(certificate, "another-one")


def run_out(certificate: Certificate) -> None:
    certificate.expires_at = timezone.now() - timedelta(minutes=1)
    certificate.save(update_fields=["expires_at"])


def test_a_certificate_names_its_holder_and_is_issued_by_the_instance(cast: Cast) -> None:
    certificate = make_certificate(cast.vice_president)

    found = load_x509(certificate)
    found.verify_directly_issued_by(instance.authority().root.certificate)
    assert addresses(found) == (cast.vice_president.email,)
    assert f"{found.serial_number:x}" == certificate.serial
    key = open_key(certificate, PIN)
    assert key.public_key() == found.public_key()
    entry = last(cast.vice_president)
    assert (entry.event, entry.actor) == ("signing.certificate_issued", cast.vice_president.pk)


def test_a_forgotten_pin_is_replaced_with_its_certificate(cast: Cast) -> None:
    forgotten = make_certificate(cast.vice_president)

    new = replace_certificate(by=cast.vice_president, pin="linden-9071")

    forgotten.refresh_from_db()
    assert (forgotten.revoked_at is not None, forgotten.revoked_for) == (True, "superseded")
    assert usable_certificate(cast.vice_president) == new
    assert open_key(new, "linden-9071").public_key() == load_x509(new).public_key()
    entries = Entry.objects.filter(chain=cast.vice_president.pk).order_by("number")
    assert [(entry.event, entry.facts["serial"]) for entry in entries] == [
        ("signing.certificate_issued", forgotten.serial),
        ("signing.certificate_revoked", forgotten.serial),
        ("signing.certificate_issued", new.serial),
    ]


def test_a_weak_pin_replaces_nothing(cast: Cast) -> None:
    certificate = make_certificate(cast.vice_president)
    with pytest.raises(Refusal, match="runs along the keyboard"):
        replace_certificate(by=cast.vice_president, pin="123456")
    assert usable_certificate(cast.vice_president) == certificate


@pytest.mark.parametrize("had", ["none", "locked", "expired"])
def test_who_has_no_good_certificate_is_just_issued_one(cast: Cast, had: str) -> None:
    if had != "none":
        certificate = make_certificate(cast.vice_president)
        spend_tries(certificate) if had == "locked" else run_out(certificate)
    new = replace_certificate(by=cast.vice_president, pin="linden-9071")
    assert usable_certificate(cast.vice_president) == new


def test_the_key_is_kept_sealed(cast: Cast) -> None:
    certificate = make_certificate(cast.vice_president)

    assert bytes(certificate.sealed_key)[:4] == b"jls1"
    assert PIN.encode() not in bytes(certificate.sealed_key)


@pytest.mark.parametrize(
    ("pin", "said"),
    [
        ("1234", "at least 6 characters"),
        ("x" * 65, "at most 64 characters"),
        ("ababab", "repeats a few characters"),
        ("qwerty", "runs along the keyboard"),
    ],
)
def test_a_pin_that_would_be_guessed_is_refused(cast: Cast, pin: str, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        issue_certificate(by=cast.vice_president, pin=pin)

    assert not Certificate.objects.exists()


def test_a_second_one_is_issued_only_when_the_first_is_revoked(cast: Cast) -> None:
    first = make_certificate(cast.vice_president)
    with pytest.raises(NotNow, match="Revoke it before"):
        make_certificate(cast.vice_president)

    revoke_certificate(by=cast.vice_president, certificate=first, reason="superseded")
    second = make_certificate(cast.vice_president)

    assert usable_certificate(cast.vice_president) == second


def test_a_wrong_pin_says_how_many_tries_are_left_and_the_right_one_restores_them(
    cast: Cast,
) -> None:
    certificate = make_certificate(cast.vice_president)

    with pytest.raises(WrongPin, match="4 tries are left"):
        open_key(certificate, "another-one")
    open_key(certificate, PIN)
    certificate.refresh_from_db()
    assert certificate.tries == 0


def test_after_the_last_try_not_even_the_pin_opens_it_and_another_one_can_be_issued(
    cast: Cast,
) -> None:
    certificate = make_certificate(cast.vice_president)
    spend_tries(certificate, MOST_TRIES - 1)
    with pytest.raises(WrongPin, match="the last try: the certificate is locked permanently"):
        open_key(certificate, "another-one")

    with pytest.raises(NoCertificate, match="locked after too many wrong PINs"):
        open_key(certificate, PIN)
    assert [row.state for row in certificates_of(cast.vice_president)] == ["locked"]
    open_key(make_certificate(cast.vice_president), PIN)


@pytest.mark.django_db(transaction=True)
def test_tries_that_come_at_once_are_all_counted(cast: Cast) -> None:
    certificate = make_certificate(cast.vice_president)

    results = at_once(*[lambda: open_key(certificate, "another-one")] * (MOST_TRIES + 2))

    assert len(refused(results)) == MOST_TRIES + 2
    assert sum(isinstance(result, WrongPin) for result in results) == MOST_TRIES
    certificate.refresh_from_db()
    assert certificate.tries == MOST_TRIES


def test_an_expired_one_is_not_used_and_makes_room(cast: Cast) -> None:
    certificate = make_certificate(cast.vice_president)
    run_out(certificate)

    with pytest.raises(NoCertificate, match="has expired"):
        usable_certificate(cast.vice_president)
    make_certificate(cast.vice_president)
    states = [row.state for row in certificates_of(cast.vice_president)]
    assert states == ["good", "expired"]


def test_one_from_a_clock_that_was_ahead_is_not_valid_yet_and_makes_room(
    cast: Cast, client: Client
) -> None:
    certificate = make_certificate(cast.vice_president)
    ahead = certificate.issued_at + timedelta(hours=2)
    Certificate.objects.filter(pk=certificate.pk).update(issued_at=ahead)

    with pytest.raises(NoCertificate, match="is not valid yet"):
        usable_certificate(cast.vice_president)
    client.force_login(cast.vice_president)
    assert "Not valid yet" in client.get("/en/certificates/").content.decode()
    another = make_certificate(cast.vice_president)
    assert usable_certificate(cast.vice_president) == another
    assert {row.state for row in certificates_of(cast.vice_president)} == {"good", "revoked"}


def test_who_has_none_is_told_to_have_one_issued(cast: Cast) -> None:
    with pytest.raises(NoCertificate, match="no certificate yet"):
        usable_certificate(cast.vice_president)


def test_revoking_puts_it_on_the_public_list_with_its_reason(cast: Cast) -> None:
    certificate = make_certificate(cast.vice_president)
    revoke_certificate(by=cast.vice_president, certificate=certificate, reason="keyCompromise")

    crl = x509.load_der_x509_crl(revocations())
    public_key: Any = instance.authority().root.certificate.public_key()
    assert crl.is_signature_valid(public_key)
    entry = crl.get_revoked_certificate_by_serial_number(int(certificate.serial, 16))
    assert entry is not None
    certificate.refresh_from_db()
    assert certificate.revoked_at is not None
    assert entry.revocation_date_utc > certificate.revoked_at  # not before what was signed then
    reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    assert reason is x509.ReasonFlags.key_compromise
    with pytest.raises(NoCertificate, match="is revoked"):
        usable_certificate(cast.vice_president)
    assert last(cast.vice_president).event == "signing.certificate_revoked"


def test_it_is_revoked_once_by_its_holder_for_a_known_reason(cast: Cast) -> None:
    certificate = make_certificate(cast.vice_president)
    with pytest.raises(NotVisible):
        revoke_certificate(by=cast.dean, certificate=certificate, reason="superseded")
    with pytest.raises(Refusal, match="Choose why"):
        revoke_certificate(by=cast.vice_president, certificate=certificate, reason="boredom")
    revoke_certificate(by=cast.vice_president, certificate=certificate, reason="superseded")
    with pytest.raises(NotNow, match="revoked already"):
        revoke_certificate(by=cast.vice_president, certificate=certificate, reason="superseded")


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_give_one_certificate(cast: Cast) -> None:
    results = at_once(*[lambda: make_certificate(cast.vice_president)] * 2)

    assert len(refused(results)) == 1
    assert Certificate.objects.filter(person=cast.vice_president).count() == 1


def test_the_authority_and_its_list_are_public_and_may_be_cached(
    cast: Cast, client: Client
) -> None:
    root = client.get("/pki/authority.pem")
    crl = client.get("/pki/authority.crl")

    assert x509.load_pem_x509_certificate(root.content) == instance.authority().root.certificate
    assert (
        x509.load_der_x509_crl(crl.content).issuer == instance.authority().root.certificate.subject
    )
    assert crl["Content-Type"] == "application/pkix-crl"
    assert "max-age=" in root["Cache-Control"]
    assert "public" in crl["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "read"),
    [("broken.pem", instance.trusted_for_people), ("broken.crl", instance.trusted_crls)],
)
def test_what_is_to_be_trusted_and_cannot_be_read_is_named(
    cast: Cast, settings: Any, name: str, read: Any
) -> None:
    folder = settings.HOME.folder / "trust"
    folder.mkdir(exist_ok=True)
    broken = folder / name
    broken.write_text("nothing of the kind")
    try:
        with pytest.raises(Refusal, match=name):
            read()
    finally:
        broken.unlink()
