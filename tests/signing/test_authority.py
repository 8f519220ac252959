"""The instance's own certificate authority."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from jointlab.signing.signatures import credentials
from jointlab.signing.signatures.addresses import addresses, same_address
from jointlab.signing.signatures.authority import WHOLE_NAME, Authority, Kind, Revoked, Unissuable
from tests.signing import papers
from tests.signing.papers import START


def issued(name: str = "李明", email: str = "li@example.org", days: float = 30) -> x509.Certificate:
    return papers.authority().issue(
        person=UUID(int=7),
        name=name,
        email=email,
        public_key=credentials.new_key().public_key(),
        since=START,
        until=START + timedelta(days=days),
    )


def test_a_second_opening_finds_the_authority_of_the_first(tmp_path: Path) -> None:
    folder = tmp_path / "keys" / "authority"
    first = Authority.at(folder, name="North", origin="https://n.example")
    second = Authority.at(folder, name="South", origin="https://n.example")

    assert first.root_pem == second.root_pem
    assert first.seal.key.private_numbers() == second.seal.key.private_numbers()


def test_its_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    Authority.at(tmp_path / "authority", name="North", origin="https://n.example")
    files = [*tmp_path.rglob("*")]

    assert len(files) == 7
    assert not any(path.stat().st_mode & 0o077 for path in files)


def test_processes_that_start_together_agree_on_one(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from jointlab.signing.signatures.authority import Authority;"
        "sys.stdin.read();"
        "print(Authority.at(pathlib.Path(sys.argv[1]), name='N', origin='o').root_pem.decode())"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, tmp_path / "authority"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in range(4)
    ]
    for each in started:
        assert each.stdin
        each.stdin.close()
    told = {each.stdout.read() for each in started if each.stdout}
    for each in started:
        assert each.stdout
        each.stdout.close()

    assert [each.wait() for each in started] == [0, 0, 0, 0]
    assert len(told) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["authority"]


def test_what_a_crash_left_behind_does_not_count(tmp_path: Path) -> None:
    (tmp_path / ".authority-left").mkdir()
    (tmp_path / "authority").mkdir()  # made, not filled

    assert Authority.at(tmp_path / "authority", name="North", origin="o").root_pem


def test_a_certificate_says_who_holds_it_and_what_it_is() -> None:
    certificate = issued()
    certificate.verify_directly_issued_by(papers.authority().root.certificate)
    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    (policy,) = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
    (point,) = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value

    assert name.value == "李明"
    assert addresses(certificate) == ("li@example.org",)
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert policy.policy_identifier == Kind.PERSON.policy
    assert policy.policy_qualifiers
    assert "Not a qualified certificate" in policy.policy_qualifiers[0].explicit_text
    assert point.full_name[0].value == "https://lab.example/pki/authority.crl"
    assert issued().serial_number != certificate.serial_number


@pytest.mark.parametrize("name", ["مريم عبد الله", "Zoë 🎓", "김하늘", "Nguyễn Thị Ánh", "👩‍🔬"])
def test_names_stand_in_their_own_script(name: str) -> None:
    (held,) = issued(name).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert held.value == name


def test_a_name_longer_than_a_certificate_takes_is_cut_and_shows_it() -> None:
    subject = issued("長" * 90).subject
    (cut,) = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    (whole,) = subject.get_attributes_for_oid(WHOLE_NAME)

    assert cut.value == "長" * 20 + "…"
    assert whole.value == "長" * 90


@pytest.mark.parametrize("name", ["", "  \n", "\u202e"])
def test_nobody_without_a_name_gets_a_certificate(name: str) -> None:
    with pytest.raises(Unissuable):
        issued(name)


@pytest.mark.parametrize(
    ("email", "held"),
    [
        ("li@例え.jp", "li@xn--r8jz45g.jp"),
        ("李@example.org", "李@example.org"),
        ("李@例え.jp", "李@xn--r8jz45g.jp"),
    ],
)
def test_addresses_in_other_scripts_are_kept_and_found_again(email: str, held: str) -> None:
    assert addresses(issued(email=email)) == (held,)
    assert same_address(email, held)


def test_addresses_are_compared_as_accounts_are() -> None:
    assert same_address("Li.Ming@Example.ORG", " li.ming@example.org")
    assert not same_address("li@example.org", "li@example.com")
    assert not same_address("li@example.org", "liming@example.org")


@pytest.mark.parametrize("email", ["", "nobody", "@example.org", "a@" + "b" * 64 + ".org"])
def test_what_is_no_address_gets_no_certificate(email: str) -> None:
    with pytest.raises(Unissuable):
        issued(email=email)


def test_a_certificate_ends_with_its_authority() -> None:
    end = papers.authority().root.certificate.not_valid_after_utc
    assert issued(days=99_999).not_valid_after_utc == end
    with pytest.raises(Unissuable):
        issued(days=0)


def test_the_timestamper_may_only_stamp_and_the_root_only_issue() -> None:
    home = papers.authority()
    purpose = home.timestamper.certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    limit = home.root.certificate.extensions.get_extension_for_class(x509.BasicConstraints)

    assert purpose.critical
    assert list(purpose.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    assert limit.value == x509.BasicConstraints(ca=True, path_length=0)
    assert x509.load_pem_x509_certificate(home.root_pem) == home.root.certificate


def test_the_list_of_revoked_ones_is_signed_and_names_each() -> None:
    home, gone = papers.authority(), Revoked(77, START, "affiliationChanged")
    crl = x509.load_der_x509_crl(home.crl([gone], START + timedelta(hours=1)))
    entry = crl.get_revoked_certificate_by_serial_number(77)

    assert crl.is_signature_valid(home.root.key.public_key())
    assert crl.next_update_utc == START + timedelta(days=30, hours=1)
    assert entry is not None
    assert entry.revocation_date_utc == START
    reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    assert reason is x509.ReasonFlags.affiliation_changed
    assert crl.get_revoked_certificate_by_serial_number(78) is None
