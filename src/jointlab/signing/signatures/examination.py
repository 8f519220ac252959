"""What a signed paper is worth: who signed, when, and whether all of it holds.

A paper is in order if: the instance's seal came first; every place to sign is signed, in order;
each signature holds at its own time, by a certificate trusted then, and covers all that stood
before it; no update did more than sign, stamp and add evidence; and the last one is a timestamp
over the whole file, in the one encoding that leaves no byte of it free.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm

from jointlab.signing.signatures import changes, evidence, reading
from jointlab.signing.signatures.addresses import addresses
from jointlab.signing.signatures.authority import WHOLE_NAME, Kind
from jointlab.signing.signatures.differences import find_changes
from jointlab.signing.signatures.document import Document, read_document
from jointlab.signing.signatures.evidence import Evidence
from jointlab.signing.signatures.problems import Change, Faulty, Problem
from jointlab.signing.signatures.reading import Signed
from jointlab.signing.signatures.results import Examination, Signature
from jointlab.signing.signatures.tokens import is_canonical

ALTERED = {"changed", "attached", "active", "dangling"}
# What is wrong with a stranger's file is the answer to them, not an event of this server.
for library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(library).setLevel(logging.CRITICAL + 1)


def examine(
    pdf: bytes,
    *,
    trust: Sequence[x509.Certificate],
    people: Sequence[x509.Certificate] = (),
    crls: Iterable[bytes] = (),
    complete: bool = True,
    at: datetime | None = None,
) -> Examination:
    """Judge a paper; never raises, whatever the bytes are.

    `trust` holds the roots that count for all, `people` those by which people may sign and nobody
    seal or timestamp; `crls` lists of revoked certificates that the caller knows besides those in
    the file. With complete=False the paper may be under way: places not
    signed yet, no timestamp at the end. `at` (now) is when a signature without any timestamp
    counts as made.
    """
    try:
        reader = reading.read(pdf)
        signed = reading.signatures(reader, pdf)
        if not signed:
            raise Faulty("no-signature")
        known = evidence.gather_evidence(reader, signed, trust, people, crls)
        return _Paper(reader, pdf, signed, complete).examined(known, at or datetime.now(UTC))
    except Faulty as faulty:
        return Examination((faulty.problem,))
    except Exception:  # noqa: BLE001 - hostile input finds every hole of three parsers
        return Examination((Problem("damaged"),))


class _Paper:
    """One paper while it is judged."""

    def __init__(
        self, reader: PdfFileReader, pdf: bytes, signed: list[Signed], complete: bool
    ) -> None:
        self.reader, self.pdf, self.complete = reader, pdf, complete
        self.signed = signed
        self.seals = [each for each in signed if _certifies(each)]
        self.stamps = [each for each in signed if each.is_timestamp]
        self.personal = [each for each in signed if each not in self.seals + self.stamps]
        self.problems: list[Problem] = []
        self.places: dict[str, str] = {}  # which place a signature fills, by its field

    def examined(self, known: Evidence, at: datetime) -> Examination:
        """Return what is found."""
        self.evidence = known
        unsigned = self._fill_places() if self.seals else ()
        stamps = [self._judged(each, at) for each in self.stamps]
        seal = [self._judged(each, at) for each in self.seals]
        personal = [self._judged(each, at) for each in self.personal]
        for check in (self._check_seal, self._check_actions, self._check_changes, self._check_end):
            self._collect(check)
        return Examination(
            tuple(dict.fromkeys(self.problems)),
            seal[0] if seal else None,
            tuple(personal),
            tuple(stamps),
            unsigned,
            *self._told(),
        )

    def _told(self) -> tuple[Document | None, tuple[Change, ...]]:
        """Return what the document says of itself, and how it was changed since."""
        if not self.seals:
            return None, ()
        sealed = self.seals[0].revision
        differs = any(each.code in ALTERED for each in self.problems)
        return (
            read_document(self.reader.get_historical_resolver(sealed)),
            find_changes(self.reader, sealed) if differs else (),
        )

    def _collect(self, check: Callable[[], None]) -> None:
        """Run a check; what it refuses is one problem more."""
        try:
            check()
        except Faulty as faulty:
            self.problems.append(faulty.problem)

    def _judged(self, signed: Signed, at: datetime) -> Signature:
        if signed.is_timestamp:
            judgement = evidence.judge_timestamp(signed, self.evidence)
        else:
            later = self._stamped(signed)
            known = self.evidence.for_servers() if signed in self.seals else self.evidence
            judgement = evidence.judge_signature(signed, known, later or at)
            judgement = replace(judgement, time=judgement.time or later)
            if signed in self.personal and _is_servers(signed.embedded.signer_cert):
                judgement = replace(judgement, code=judgement.code or "purpose", trusted=False)
        if judgement.code:
            self.problems.append(Problem(judgement.code, signed.field))
        described = _describe_signature(signed, judgement, len(self.pdf))
        return replace(described, field=self.places.get(signed.field, signed.field))

    def _stamped(self, signed: Signed) -> datetime | None:
        """Return the time of the first timestamp over the document that covers the signature."""
        for stamp in self.stamps:
            if stamp.covers > signed.covers:
                return evidence.token_time(stamp.embedded.signed_data)
        return None

    def _check_seal(self) -> None:
        """Exactly one seal, the first of all signatures, by a certificate for seals."""
        if len(self.seals) != 1 or self.seals[0] is not self.signed[0]:
            raise Faulty("no-seal")
        seal = self.seals[0]
        recorded = self.reader.root["/Perms"].raw_get("/DocMDP")
        if recorded != seal.embedded.sig_field.raw_get("/V"):
            raise Faulty("no-seal")
        if seal.embedded.docmdp_level is not MDPPerm.FILL_FORMS:
            raise Faulty("no-seal")
        if Kind.SEAL.policy not in _policies(seal.embedded.signer_cert):
            raise Faulty("foreign-seal")

    def _check_actions(self) -> None:
        changes.check_actions(self.reader)

    def _check_changes(self) -> None:
        """After the seal (or, without one, the first signature) nothing but signing."""
        signers = {each.field: each.revision for each in self.signed}
        changes.check(self.reader, self.signed[0].revision, signers)
        for each in self.personal:
            if "/Reference" in each.embedded.sig_object or "/Lock" in each.embedded.sig_field:
                raise Faulty("locks", each.field)

    def _check_end(self) -> None:
        """The last thing in the file is a timestamp over all of it, and no byte of it is free."""
        if not self.complete:
            return
        last = self.signed[-1]
        if not last.is_timestamp or last.covers != len(self.pdf):
            raise Faulty("open")
        digits = self.pdf[last.begin + 1 : last.end - 1]
        if digits != digits.upper() or not is_canonical(last.content):
            raise Faulty("encoding", last.field)

    def _fill_places(self) -> tuple[str, ...]:
        """Find who signed in which of the places that were sealed; return those nobody filled.

        A signature in a field of its own fills the first that is empty: LibreOffice signs so. Such
        a field is not seen, or the change is refused; who has signed is for the caller to compare.
        """
        sealed = self.reader.get_historical_resolver(self.seals[0].revision)
        places = [name for name in reading.fields(sealed) if name != self.seals[0].field]
        when: dict[str, int] = {}
        for each in self.personal:
            empty = [name for name in places if name not in when]
            place = each.field if each.field in places else next(iter(empty), "")
            if place not in empty:
                self.problems.append(Problem("extra", each.field))
            else:
                when[place], self.places[each.field] = each.revision, place
        self.problems += [Problem("order", name) for name in _out_of_order(places, when)]
        unsigned = tuple(name for name in places if name not in when)
        if self.complete:
            self.problems += [Problem("unsigned", name) for name in unsigned]
        return unsigned


def _out_of_order(places: list[str], when: dict[str, int]) -> Iterator[str]:
    """Yield the places signed while one before them was not."""
    for n, name in enumerate(places):
        if name in when and any(when.get(p, when[name] + 1) > when[name] for p in places[:n]):
            yield name


def _certifies(signed: Signed) -> bool:
    holder = signed.embedded.sig_object
    if signed.is_timestamp or "/Reference" not in holder:
        return False
    return any(each.get_object()["/TransformMethod"] == "/DocMDP" for each in holder["/Reference"])


def _describe_signature(signed: Signed, judgement: evidence.Judgement, size: int) -> Signature:
    certificate = _readable(signed.embedded.signer_cert)
    return Signature(
        field=signed.field,
        name=_common_name(certificate.subject),
        emails=addresses(certificate),
        issuer=_common_name(certificate.issuer),
        serial=f"{certificate.serial_number:x}",
        time=judgement.time,
        intact=judgement.intact,
        trusted=judgement.trusted and judgement.code != "timestamp",
        covers=signed.covers,
        whole_file=signed.covers == size,
    )


def _readable(certificate: asn1_x509.Certificate) -> x509.Certificate:
    return x509.load_der_x509_certificate(certificate.dump())


def _is_servers(certificate: asn1_x509.Certificate) -> bool:
    """Whether it is one that an instance itself uses, and no person."""
    return bool({Kind.SEAL.policy, Kind.TIMESTAMP.policy}.intersection(_policies(certificate)))


def _policies(certificate: asn1_x509.Certificate) -> list[x509.ObjectIdentifier]:
    try:
        held = _readable(certificate).extensions.get_extension_for_class(x509.CertificatePolicies)
    except x509.ExtensionNotFound:
        return []
    return [each.policy_identifier for each in held.value]


def _common_name(name: x509.Name) -> str:
    for kind in (WHOLE_NAME, NameOID.COMMON_NAME):
        if found := name.get_attributes_for_oid(kind):
            return str(found[0].value)
    return name.rfc4514_string()
