"""Timestamps (RFC 3161) of the instance, in the one form that the closing one must have.

The closing timestamp is the only signature of a paper that no other covers. So that not one of
its bytes can be changed unseen, its encoding is fixed: whatever in it is not signed follows
from what is (`is_canonical`).
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from asn1crypto import algos, cms, tsp, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
from pyhanko.sign.timestamps import TimeStamper

from jointlab.signing.signatures.authority import Kind, Pair
from jointlab.signing.signatures.encoding import encode_once

encode_once()
# Of the group of P-256, the one curve of the instance's keys (SEC 2, 2.4.2).
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def asn1(certificate: object) -> x509.Certificate:
    """Return the certificate (of cryptography) as pyHanko takes it."""
    return x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))  # type: ignore[attr-defined]


class Stamper(TimeStamper):
    """The instance's own timestamping authority: it says `at`, which must be its own clock."""

    def __init__(self, pair: Pair, at: datetime) -> None:
        super().__init__(include_nonce=False)  # type: ignore[no-untyped-call]
        self.pair = pair
        self.certificate = asn1(pair.certificate)
        self.moment = at.replace(microsecond=0)

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Answer the request."""
        token = self.token(req["message_imprint"]["hashed_message"].native)
        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token})

    def token(self, digest: bytes) -> cms.ContentInfo:
        """Return the timestamp over what has that SHA-256."""
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": Kind.TIMESTAMP.policy.dotted_string,
                "message_imprint": {
                    "hash_algorithm": {"algorithm": "sha256"},
                    "hashed_message": digest,
                },
                "serial_number": secrets.randbits(127) + 1,
                "gen_time": self.moment,
            }
        ).dump()
        attributes = cms.CMSAttributes(
            [
                simple_cms_attribute("content_type", "tst_info"),
                simple_cms_attribute("message_digest", hashlib.sha256(info).digest()),
                simple_cms_attribute(
                    "signing_certificate_v2", as_signing_certificate_v2(self.certificate)
                ),
            ]
        )
        signature = low(self.pair.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())))
        return _token(info, attributes, signature, self.certificate)


def low(signature: bytes) -> bytes:
    """Return the one of the two signatures that hold (s and n - s, FIPS 186-5) that is to be used.

    Whoever has one can write down the other: only the smaller s counts, as in Bitcoin's BIP 62.
    """
    r, s = utils.decode_dss_signature(signature)
    return utils.encode_dss_signature(r, min(s, ORDER - s))


def is_canonical(content: bytes) -> bool:
    """Say whether a timestamp has the one form that the instance gives to it."""
    try:
        data = cms.ContentInfo.load(content, strict=True)["content"]
        (signer,) = data["signer_infos"]
        (certificate,) = data["certificates"]
        attributes = cms.CMSAttributes.load(signer["signed_attrs"].untag().dump(), strict=True)
        info = bytes(data["encap_content_info"]["content"])
        signature = low(signer["signature"].native)
        made = _token(info, attributes, signature, certificate.chosen)
        return bool(made.dump() == content)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False


def _token(
    info: bytes, attributes: cms.CMSAttributes, signature: bytes, certificate: x509.Certificate
) -> cms.ContentInfo:
    """Put the parts together (RFC 5652, 5.1), with no choice left."""
    algorithm = algos.DigestAlgorithm({"algorithm": "sha256"})
    issuer = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": issuer}),
        "digest_algorithm": algorithm,
        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
        "signed_attrs": attributes,
        "signature": signature,
    }
    data = {
        "version": "v3",
        "digest_algorithms": [algorithm],
        "encap_content_info": {
            "content_type": "tst_info",
            "content": cms.ParsableOctetString(info),
        },
        "certificates": [cms.CertificateChoices(name="certificate", value=certificate)],
        "signer_infos": [signer],
    }
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)})
