from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

from trialbench import dsse
from trialbench.errors import EvidenceError

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))


def test_what_is_sealed_opens_with_its_key_alone() -> None:
    envelope = dsse.seal(b"statement", KEY)
    assert dsse.opened(envelope, KEY.public_key()) == b"statement"
    with pytest.raises(EvidenceError, match="not by key"):
        dsse.opened(envelope, OTHER.public_key())


def test_another_implementation_verifies_the_envelope() -> None:
    envelope = Envelope.from_dict(json.loads(dsse.seal(b"statement", KEY)))
    public = SSlibKey.from_crypto(KEY.public_key(), dsse.key_id(KEY.public_key()))
    assert list(envelope.verify([public], 1)) == [public.keyid]
    assert envelope.payload == b"statement"


def rewritten(change: Callable[[str], str], message: int = 0) -> bytes:
    """A sealed envelope whose base64 is written otherwise."""
    envelope = json.loads(dsse.seal(b"\xfb\xff\xbf%d" % message, KEY))
    envelope["payload"] = change(envelope["payload"])
    envelope["signatures"][0]["sig"] = change(envelope["signatures"][0]["sig"])
    return spelled(envelope)


def spelled(envelope: object) -> bytes:
    return json.dumps(envelope, sort_keys=True, separators=(",", ":")).encode()


def url_safe(text: str) -> str:
    return text.replace("+", "-").replace("/", "_")


def test_either_alphabet_of_base64_is_taken() -> None:
    for message in range(20):  # so that each character of the alphabets is met
        envelope = rewritten(url_safe, message)
        assert b"_" in envelope or b"-" in envelope
        assert dsse.opened(envelope, KEY.public_key()) == b"\xfb\xff\xbf%d" % message


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.rstrip("="),
        lambda text: text + "=",
        lambda text: text.replace("/", "_", 1),  # the payload has both + and /
        lambda text: text[:4] + "\n" + text[4:],
        lambda text: f" {text}",
    ],
)
def test_base64_is_padded_whole_and_of_one_alphabet(change: Callable[[str], str]) -> None:
    with pytest.raises(EvidenceError, match="cannot be read"):
        dsse.opened(rewritten(change), KEY.public_key())


def padded_otherwise(text: str) -> str:
    """The same bytes: the last character before the padding carries bits that nobody reads."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    body = text.rstrip("=")
    assert len(body) < len(text)
    return body[:-1] + letters[letters.index(body[-1]) ^ 1] + text[len(body) :]


@pytest.mark.parametrize(
    "alter",
    [
        lambda e: e["signatures"][0].update(keyid=dsse.key_id(OTHER.public_key())),
        lambda e: e.update(note="APPROVED BY THE DIVISION"),
        lambda e: e["signatures"][0].update(note="APPROVED BY THE DIVISION"),
        lambda e: e["signatures"].append(e["signatures"][0]),
        lambda e: e["signatures"].append({"keyid": "x", "sig": "AAAA"}),
        lambda e: e["signatures"].clear(),
        lambda e: e.update(payload=padded_otherwise(e["payload"])),
        lambda e: e["signatures"][0].update(sig=padded_otherwise(e["signatures"][0]["sig"])),
        lambda e: e["signatures"][0].pop("keyid"),
    ],
)
def test_an_envelope_says_nothing_beside_what_is_signed(
    alter: Callable[[dict[str, Any]], object],
) -> None:
    envelope = json.loads(dsse.seal(b"statement!", KEY))
    alter(envelope)
    with pytest.raises(EvidenceError):
        dsse.opened(spelled(envelope), KEY.public_key())


@pytest.mark.parametrize("count", [0, 2])
def test_an_envelope_has_exactly_one_signature_even_where_each_is_by_the_key(count: int) -> None:
    envelope = json.loads(dsse.seal(b"statement", KEY))
    envelope["signatures"] *= count
    with pytest.raises(EvidenceError, match=f"holds {count} signatures, not one"):
        dsse.opened(spelled(envelope), KEY.public_key())


@pytest.mark.parametrize("first", [KEY, OTHER])
def test_a_signature_by_the_key_does_not_let_one_by_another_key_pass(
    first: Ed25519PrivateKey,
) -> None:
    second = OTHER if first is KEY else KEY
    envelopes = [json.loads(dsse.seal(b"statement", key)) for key in (first, second)]
    signatures = [each["signatures"][0] for each in envelopes]
    both = {**envelopes[0], "signatures": signatures}
    with pytest.raises(EvidenceError, match="holds 2 signatures, not one"):
        dsse.opened(spelled(both), KEY.public_key())


@pytest.mark.parametrize(
    "respelled",
    [
        lambda text: text + b"\n",
        lambda text: b" " + text,
        lambda text: text.replace(b",", b", ", 1),
        lambda text: text.replace(b'"payload":', b'"payload":"","payload":', 1),
        lambda text: json.dumps(dict(reversed(json.loads(text).items()))).encode(),
        lambda text: text.replace(b"payload", rb"\u0070ayload", 1),
    ],
)
def test_an_envelope_has_one_spelling(respelled: Callable[[bytes], bytes]) -> None:
    with pytest.raises(EvidenceError, match="spells it otherwise"):
        dsse.opened(respelled(dsse.seal(b"statement", KEY)), KEY.public_key())


def test_an_envelope_that_was_stored_as_json_is_verified_in_any_spelling() -> None:
    stored = json.dumps(json.loads(dsse.seal(b"statement", KEY)), indent=1).encode()
    assert dsse.verified(stored, KEY.public_key()) == dsse.payload_of(stored) == b"statement"
    with pytest.raises(EvidenceError, match="not by key"):
        dsse.verified(stored, OTHER.public_key())


@pytest.mark.parametrize(
    "envelope",
    [
        b"",
        b"[" * 100_000,
        b"[]",
        b"{}",
        b'{"payload": "!", "payloadType": "x", "signatures": []}',
        b'{"payload": 1}',
    ],
)
def test_an_envelope_that_cannot_be_read_is_told_so(envelope: bytes) -> None:
    with pytest.raises(EvidenceError, match="cannot be read"):
        dsse.opened(envelope, KEY.public_key())


def test_another_kind_of_payload_is_not_taken_for_a_statement() -> None:
    envelope = json.loads(dsse.seal(b"statement", KEY))
    envelope["payloadType"] = "text/plain"
    with pytest.raises(EvidenceError, match="'text/plain', not an in-toto statement"):
        dsse.opened(json.dumps(envelope).encode(), KEY.public_key())


def test_a_generated_key_is_its_owners_alone_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "lab.pem"
    key = dsse.generate(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert dsse.private_key(path).sign(b"x") == key.sign(b"x")
    assert dsse.key_id(dsse.public_key(path.with_name("lab.pem.pub"))) == dsse.key_id(
        key.public_key()
    )
    with pytest.raises(EvidenceError, match="never overwritten"):
        dsse.generate(path)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EvidenceError, match=r"file/key\.pem"):
        dsse.generate(tmp_path / "file" / "key.pem")


def test_the_users_own_key_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    first = dsse.own_key()
    assert first.is_relative_to(tmp_path)
    assert first.read_bytes() == dsse.own_key().read_bytes()


def test_keys_that_do_not_serve_are_told_apart(tmp_path: Path) -> None:
    curve = generate_private_key(SECP256R1())
    secret = curve.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "curve.pem").write_bytes(secret)
    (tmp_path / "text.pem").write_text("key")
    public = curve.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (tmp_path / "curve.pub").write_bytes(public)
    with pytest.raises(EvidenceError, match="not an Ed25519 key; make one with: trialbench keygen"):
        dsse.private_key(tmp_path / "curve.pem")
    with pytest.raises(EvidenceError, match="not an unencrypted private key"):
        dsse.private_key(tmp_path / "text.pem")
    with pytest.raises(EvidenceError, match="not an Ed25519 key"):
        dsse.public_key(tmp_path / "curve.pub")
    with pytest.raises(EvidenceError, match="not a public key in PEM"):
        dsse.public_key(tmp_path / "text.pem")
    with pytest.raises(EvidenceError, match="No such file"):
        dsse.public_key(tmp_path / "gone.pub")
