"""Whether a signature holds: its mathematics, its certificate, its time."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from asn1crypto import crl, ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import (
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, ValidationError

from jointlab.signing.signatures.loops import run
from jointlab.signing.signatures.reading import Signed
from jointlab.signing.signatures.tokens import asn1

FOR_SIGNING = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
)
CODES = {
    AdESIndeterminate.REVOKED_NO_POE: "revoked",
    AdESIndeterminate.REVOKED_CA_NO_POE: "revoked",
    AdESFailure.REVOKED: "revoked",
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: "expired",
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED: "expired",
    AdESIndeterminate.EXPIRED: "expired",
    AdESIndeterminate.NOT_YET_VALID: "expired",
    AdESFailure.NOT_YET_VALID: "expired",
    AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE: "purpose",
}


@dataclass
class Evidence:
    """What certificates are judged by: the roots trusted, and what the file and the caller bring.

    `people` are roots by which people sign, and nobody seals or timestamps.
    """

    roots: list[asn1_x509.Certificate]
    people: list[asn1_x509.Certificate] = field(default_factory=list)
    certificates: list[asn1_x509.Certificate] = field(default_factory=list)
    crls: list[crl.CertificateList] = field(default_factory=list)
    responses: list[ocsp.OCSPResponse] = field(default_factory=list)

    def for_servers(self) -> Self:
        """Return the same for a seal or a timestamp: the roots of people do not count."""
        return replace(self, people=[])

    def context(self, moment: datetime, *, forgiving: bool = False) -> ValidationContext:
        """Judge as of that moment; a list of revoked ones that was made later counts, too.

        A certificate that says where its revocation is told must have been checked; forgiving
        asks only whether there is a path to a root.
        """
        return ValidationContext(
            trust_roots=[*self.roots, *self.people],
            other_certs=self.certificates,
            crls=() if forgiving else self.crls,
            ocsps=() if forgiving else self.responses,
            moment=moment,
            revocation_mode="soft-fail" if forgiving else "hard-fail",
            retroactive_revinfo=True,
        )


@dataclass(frozen=True)
class Judgement:
    """What was found of one signature; `code` is empty where it holds."""

    code: str
    time: datetime | None
    intact: bool = False
    trusted: bool = False


def gather_evidence(
    reader: PdfFileReader,
    signed: Iterable[Signed],
    trust: Sequence[x509.Certificate],
    people: Sequence[x509.Certificate],
    crls: Iterable[bytes],
) -> Evidence:
    """Collect the evidence in the file, and what the caller knows besides."""
    found = Evidence([asn1(root) for root in trust], [asn1(root) for root in people])
    found.crls += [crl.CertificateList.load(each) for each in crls]
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        store = None
    if store:
        found.certificates += store.load_certs()
        found.crls += [crl.CertificateList.load(_data(each)) for each in store.crls]
        found.responses += [ocsp.OCSPResponse.load(_data(each)) for each in store.ocsps]
    for each in signed:
        _add_adobes(found, each)
    return found


def judge_timestamp(signed: Signed, evidence: Evidence) -> Judgement:
    """Judge a timestamp over the document at the time that it gives."""
    return _finish(_judge_timestamp(signed, evidence.for_servers()))


def judge_signature(signed: Signed, evidence: Evidence, otherwise: datetime) -> Judgement:
    """Judge a signature at the time of its own timestamp, or at the other one if it has none."""
    return _finish(_judge(signed, evidence, otherwise))


def _finish(judging: Coroutine[Any, Any, Judgement]) -> Judgement:
    """Return the judgement; a signature that cannot be read, or is too weak, is not valid."""
    try:
        return run(judging)
    except (ValueError, TypeError, KeyError, NotImplementedError):
        return Judgement("invalid", None)


def own_token(signed: Signed) -> Any:
    """Return the timestamp in a signature, or None."""
    for attribute in signed.embedded.signer_info["unsigned_attrs"] or ():
        if attribute["type"].native == "signature_time_stamp_token":
            return attribute["values"][0]["content"]
    return None


def token_time(data: Any) -> datetime:
    """Return the time that a timestamp gives."""
    time: datetime = data["encap_content_info"]["content"].parsed["gen_time"].native
    return time


async def _judge_timestamp(signed: Signed, evidence: Evidence) -> Judgement:
    time = token_time(signed.embedded.signed_data)
    status = await async_validate_pdf_timestamp(
        signed.embedded, evidence.context(time), skip_diff=True
    )
    code = await _code(status, evidence, time)
    return Judgement(code, time, status.intact and status.valid, status.trusted)


async def _judge(signed: Signed, evidence: Evidence, otherwise: datetime) -> Judgement:
    token = own_token(signed)
    time = token_time(token) if token is not None else None
    status = await async_validate_pdf_signature(
        signed.embedded,
        evidence.context(time or otherwise),
        evidence.for_servers().context(time or otherwise),
        key_usage_settings=FOR_SIGNING,
        skip_diff=True,
    )
    code = await _code(status, evidence, time or otherwise)
    if not code and time and not _holds(status.timestamp_validity):
        code = "timestamp"
    return Judgement(code, time, status.intact and status.valid, status.trusted)


def _holds(status: Any) -> bool:
    return bool(status and status.intact and status.valid and status.trusted)


async def _code(status: Any, evidence: Evidence, time: datetime) -> str:
    if not status.intact:
        return "altered"
    if not status.valid:
        return "invalid"
    if status.trusted:
        return ""
    code = CODES.get(status.trust_problem_indic)
    if code is None:
        path = CertificateValidator(
            status.signing_cert, validation_context=evidence.context(time, forgiving=True)
        )
        try:
            await path.async_validate_path()
            code = "not-checkable"
        except (PathBuildingError, ValidationError):
            code = "untrusted"
    return code


def _add_adobes(found: Evidence, signed: Signed) -> None:
    """Add what Acrobat puts into the signature itself (ISO 32000-2, 12.8.3.3.2)."""
    for attribute in signed.embedded.signer_info["signed_attrs"]:
        if attribute["type"].native == "adobe_revocation_info_archival":
            archive = attribute["values"][0]
            found.crls += list(archive["crl"] or ())
            found.responses += list(archive["ocsp"] or ())


def _data(reference: Any) -> bytes:
    data: bytes = reference.get_object().data
    return data
