"""A document that comes back signed elsewhere: taken only with that person's one valid signature."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connection
from django.utils import timezone

from jointlab.agreements.models import Agreement, Signature
from jointlab.agreements.negotiation.services.approving import reopen_agreement
from jointlab.agreements.signature.services.signatures import sign_elsewhere
from jointlab.common.errors import NotNow, Refusal
from jointlab.parties.models import Person
from jointlab.signing import instance
from jointlab.signing.queries.certificates import all_revocations, revocations
from jointlab.signing.signatures import credentials, examination, pades
from jointlab.signing.signatures.authority import Authority, Revoked
from tests.agreements.sign import make_signing, sign
from tests.cast import Cast
from tests.signing import papers
from tests.signing.programs import PROGRAMS, Program
from tests.signing.programs import identity as identity_of
from tests.signing.tampering import a_script_at_opening, updated


@functools.cache
def elsewhere() -> Authority:
    """An authority of the wide world."""
    return papers.new_authority("Elsewhere", now=timezone.now() - timedelta(days=1))


@pytest.fixture
def trusted(settings: Any) -> Iterator[Path]:
    """The instance trusts that authority; where it keeps what that one has revoked, if anything."""
    folder = settings.HOME.folder / "trust" / "authorities"
    folder.mkdir(parents=True, exist_ok=True)
    path, kept = folder / "elsewhere.pem", folder.parent / "elsewhere.crl"
    path.write_bytes(elsewhere().root_pem)
    yield kept
    path.unlink()
    kept.unlink(missing_ok=True)


def identity(person: Person) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """Return a certificate of that authority for the person's address, and its key."""
    key = credentials.new_key()
    now = timezone.now()
    certificate = elsewhere().issue(
        person=person.pk,
        name=person.name_own,
        email=str(person.email),
        public_key=key.public_key(),
        since=now - timedelta(hours=1),
        until=now + timedelta(days=1),
    )
    return certificate, key


def signed(pdf: bytes, person: Person, field: str = "signer-1") -> bytes:
    """Sign as a program elsewhere does."""
    certificate, key = identity(person)
    now = timezone.now()
    return pades.sign(
        pdf,
        field,
        certificate=certificate,
        key=key,
        authority=elsewhere(),
        crl=elsewhere().crl([], now),
        stamp_pdf=None,
        at=now,
    )


def pdf_of(agreement: Agreement) -> bytes:
    return bytes(Agreement.objects.get(pk=agreement.pk).paper.pdf)


def refused(agreement: Agreement, person: Person, pdf: bytes) -> str:
    with pytest.raises(Refusal) as told:
        sign_elsewhere(by=person, agreement=agreement, pdf=pdf)
    assert not Signature.objects.filter(how="elsewhere").exists()
    return str(told.value)


def test_the_same_document_with_ones_own_valid_signature_is_taken(
    cast: Cast, trusted: Path
) -> None:
    agreement = make_signing(cast)
    pdf = signed(pdf_of(agreement), cast.vice_president)

    sign_elsewhere(by=cast.vice_president, agreement=agreement, pdf=pdf)

    assert pdf_of(agreement) == pdf
    row = Signature.objects.get(agreement=agreement, position=1)
    assert row.how == "elsewhere"
    assert row.signed_at is not None
    assert Signature.objects.get(agreement=agreement, position=2).asked_at is not None


def test_a_signature_that_comes_without_a_timestamp_gets_its_time_here(
    cast: Cast, trusted: Path
) -> None:
    agreement, now = make_signing(cast), timezone.now()
    trusted.write_bytes(elsewhere().crl([], now))
    pdf = papers.untimed(pdf_of(agreement), *identity(cast.vice_president), now)

    sign_elsewhere(by=cast.vice_president, agreement=agreement, pdf=pdf)

    assert pdf_of(agreement).startswith(pdf)
    found = examination.examine(
        pdf_of(agreement), trust=instance.trusted(), crls=all_revocations(), complete=False
    )
    assert found.ok, found.problems
    assert found.signatures[0].time is not None


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_a_program_of_ones_own_signs_is_taken_and_gets_its_time_here(
    cast: Cast, settings: Any, tmp_path: Path, program: Program
) -> None:
    agreement, person = make_signing(cast), cast.vice_president
    who = identity_of(str(person.email))
    folder = settings.HOME.folder / "trust"
    folder.mkdir(exist_ok=True)
    kept = folder / "wide-world.pem"
    kept.write_bytes(who.root_pem)
    try:
        pdf = program(pdf_of(agreement), "signer-1", who, tmp_path)
        sign_elsewhere(by=person, agreement=agreement, pdf=pdf)
        sign(cast, Agreement.objects.get(), "general_manager", "dean", "division_head")
        document = pdf_of(agreement)
        found = examination.examine(
            document,
            trust=instance.trusted(),
            people=instance.trusted_for_people(),
            crls=[revocations()],
        )
    finally:
        kept.unlink()

    assert found.ok, found.problems
    assert [each.name for each in found.signatures].index(str(person.email)) == 0
    assert Signature.objects.get(agreement=agreement, position=1).signed_at is not None


def test_signatures_made_here_and_elsewhere_end_in_one_valid_document(
    cast: Cast, trusted: Path
) -> None:
    agreement = sign(cast, make_signing(cast), "vice_president")
    pdf = signed(pdf_of(agreement), cast.general_manager, "signer-2")
    sign_elsewhere(by=cast.general_manager, agreement=agreement, pdf=pdf)
    sign(cast, Agreement.objects.get(pk=agreement.pk), "dean", "division_head")

    found = examination.examine(pdf_of(agreement), trust=instance.trusted(), crls=[revocations()])
    assert found.ok, found.problems
    assert [each.issuer for each in found.signatures].count("Elsewhere") == 1


def test_a_certificate_of_nobody_trusted_is_refused(cast: Cast) -> None:
    agreement = make_signing(cast)
    pdf = signed(pdf_of(agreement), cast.vice_president)

    assert "no authority that is trusted here" in refused(agreement, cast.vice_president, pdf)


def test_a_clock_that_only_people_s_root_vouches_for_counts_for_nothing(
    cast: Cast, settings: Any
) -> None:
    agreement = make_signing(cast)
    pdf = signed(pdf_of(agreement), cast.vice_president)  # with a timestamp of that authority
    kept = settings.HOME.folder / "trust" / "people.pem"
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(elsewhere().root_pem)
    try:
        said = refused(agreement, cast.vice_president, pdf)
    finally:
        kept.unlink()

    assert "the timestamp is not valid" in said


def test_somebody_elses_signature_is_refused(cast: Cast, trusted: Path) -> None:
    agreement = make_signing(cast)
    pdf = signed(pdf_of(agreement), cast.general_manager)

    assert "another e-mail address than yours" in refused(agreement, cast.vice_president, pdf)


def test_a_signature_in_somebody_elses_place_is_refused(cast: Cast, trusted: Path) -> None:
    agreement = make_signing(cast)
    pdf = signed(pdf_of(agreement), cast.vice_president, "signer-2")

    assert "another place" in refused(agreement, cast.vice_president, pdf)


def test_another_version_of_the_document_is_refused(cast: Cast, trusted: Path) -> None:
    agreement = make_signing(cast)
    earlier = pdf_of(agreement)
    sign(cast, agreement, "vice_president")
    pdf = signed(earlier, cast.general_manager, "signer-2")

    said = refused(Agreement.objects.get(), cast.general_manager, pdf)
    assert said == "This is not the document that is to be signed, or not its last state."


def test_a_script_in_it_is_refused(cast: Cast, trusted: Path) -> None:
    agreement = make_signing(cast)
    pdf = updated(signed(pdf_of(agreement), cast.vice_president), a_script_at_opening)

    assert "script" in refused(agreement, cast.vice_president, pdf)


def test_the_document_unsigned_and_no_document_at_all_are_refused(cast: Cast) -> None:
    agreement = make_signing(cast)

    unsigned = refused(agreement, cast.vice_president, pdf_of(agreement))
    assert unsigned == "Nothing was signed in this file."
    assert refused(agreement, cast.vice_president, b"GIF89a") == "The file is not a PDF."
    large = b"%PDF-1.7\n" + b"0" * 20_000_001
    assert refused(agreement, cast.vice_president, large) == "The file is larger than 20 MB."


def test_out_of_order_it_is_refused_before_it_is_read(cast: Cast, trusted: Path) -> None:
    agreement = make_signing(cast)
    pdf = signed(pdf_of(agreement), cast.general_manager, "signer-2")

    with pytest.raises(NotNow, match="not your turn"):
        sign_elsewhere(by=cast.general_manager, agreement=agreement, pdf=pdf)


def test_a_certificate_on_a_list_that_the_instance_keeps_signs_nothing(
    cast: Cast, trusted: Path
) -> None:
    agreement = make_signing(cast)
    pdf = signed(pdf_of(agreement), cast.vice_president)
    found = examination.examine(pdf, trust=instance.trusted(), complete=False)
    serial = int(found.signatures[0].serial, 16)
    now = timezone.now()
    revoked = Revoked(serial, now - timedelta(minutes=30), "keyCompromise")
    trusted.write_bytes(elsewhere().crl([revoked], now))

    assert "had been revoked" in refused(agreement, cast.vice_president, pdf)


def test_a_document_that_is_taken_back_in_that_moment_is_not_signed(cast: Cast) -> None:
    agreement, first = make_signing(cast), iter([True])

    def reopening(execute: Any, sql: str, *more: Any) -> Any:
        """Answer the first question for the paper, and reopen the agreement right after."""
        answer = execute(sql, *more)
        if 'FROM "agreements_paper"' in sql and next(first, False):
            reopen_agreement(by=cast.university_office, agreement=agreement, reason="A typo.")
        return answer

    with (
        connection.execute_wrapper(reopening),
        pytest.raises(NotNow, match="not being signed"),
    ):
        sign_elsewhere(by=cast.vice_president, agreement=agreement, pdf=b"%PDF-")
