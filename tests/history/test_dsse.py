"""Our envelopes are those of everybody else, and keys are the instance's own."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope
from securesystemslib.signer import CryptoSigner, SSlibKey

from jointlab.history import dsse

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@given(st.binary(max_size=300))
def test_another_implementation_verifies_our_envelopes(payload: bytes) -> None:
    envelope = Envelope.from_dict(json.loads(dsse.sign_envelope(payload, KEY)))
    key = SSlibKey.from_crypto(KEY.public_key(), keyid=dsse.key_id(KEY.public_key()))
    assert envelope.verify([key], 1)
    assert envelope.payload == payload
    assert dsse.pae(dsse.PAYLOAD_TYPE, payload) == envelope.pae()


@given(st.binary(max_size=300))
def test_we_verify_the_envelopes_of_another_implementation(payload: bytes) -> None:
    envelope = Envelope(payload, dsse.PAYLOAD_TYPE, {})
    envelope.sign(CryptoSigner(KEY))
    assert dsse.open_envelope(json.dumps(envelope.to_dict()), KEY.public_key()) == payload


def altered(**parts: object) -> str:
    return json.dumps({**json.loads(dsse.sign_envelope(b"{}", KEY)), **parts})


@pytest.mark.parametrize(
    ("envelope", "said"),
    [
        (altered(payload="e30gCg=="), "altered"),
        (altered(payload="%"), "cannot be read"),
        (altered(signatures=[]), "cannot be read"),
        (altered(payloadType="text/plain"), "not an in-toto statement"),
        ("nonsense", "cannot be read"),
        ("[]", "cannot be read"),
    ],
)
def test_what_does_not_verify_says_why(envelope: str, said: str) -> None:
    with pytest.raises(dsse.Faulty, match=said):
        dsse.open_envelope(envelope, KEY.public_key())


def test_a_signature_by_the_key_does_not_let_another_pass() -> None:
    (ours,) = json.loads(dsse.sign_envelope(b"{}", KEY))["signatures"]
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    (theirs,) = json.loads(dsse.sign_envelope(b"{}", other))["signatures"]
    for signatures in ([ours, theirs], [theirs, ours], [ours, ours]):
        with pytest.raises(dsse.Faulty, match="cannot be read"):
            dsse.open_envelope(altered(signatures=signatures), KEY.public_key())


def test_another_key_is_named() -> None:
    other = Ed25519PrivateKey.generate().public_key()
    with pytest.raises(dsse.Faulty, match=dsse.key_id(other)[:16]):
        dsse.open_envelope(dsse.sign_envelope(b"{}", KEY), other)


def test_a_public_key_is_read_back() -> None:
    assert dsse.key_id(dsse.public_key(dsse.pem(KEY.public_key()))) == dsse.key_id(KEY.public_key())


def test_a_key_of_another_kind_is_refused() -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    other = generate_private_key(SECP256R1()).public_key()
    text = other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    with pytest.raises(dsse.Faulty, match="not an Ed25519 key"):
        dsse.public_key(text)
    with pytest.raises(dsse.Faulty, match="cannot be read"):
        dsse.public_key("-----BEGIN")


def test_an_organisations_key_is_made_once_for_itself_alone(tmp_path: Path) -> None:
    folder, one, other = tmp_path / "keys", uuid4(), uuid4()
    ids = {dsse.key_id(dsse.organisation_key(folder, one).public_key()) for _ in range(2)}
    ids.add(dsse.key_id(dsse.organisation_key(folder, other).public_key()))
    assert len(ids) == 2
    assert {path.name for path in folder.iterdir()} == {
        f"organisation-{pk}.pem" for pk in (one, other)
    }
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_two_that_make_a_key_at_once_agree(tmp_path: Path) -> None:
    organisation = UUID(int=5)

    def make(_: int) -> str:
        return dsse.key_id(dsse.organisation_key(tmp_path, organisation).public_key())

    with ThreadPoolExecutor(8) as makers:
        assert len(set(makers.map(make, range(8)))) == 1
