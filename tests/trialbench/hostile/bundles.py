"""Bundles signed by the right key around what is no statement, and keys that are none."""

from __future__ import annotations

import functools
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import trialbench as tb
from tests.trialbench.hostile import junk
from trialbench import container, dsse, evidence
from trialbench.container import Listed
from trialbench.evidence import commitments
from trialbench.evidence.members import KEY, MANIFEST, PROTOCOL, SALT, STATEMENT, VERDICT
from trialbench.evidence.statement import statement

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

SIGNER: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
_PROTOCOL: Final = b"""
[protocol]
name = "Speed"
version = "1"
disclosure = "trace"
traces = ["v"]
[inputs]
v = {signal = "Speed"}
[[criteria]]
id = "slow"
stl = "always(v < 3)"
"""


@functools.cache
def sound() -> dict[str, bytes]:
    """The members of a sound bundle, in their order."""
    times = 10_000_000 * np.arange(200, dtype=np.int64)
    drive = tb.Recording(
        "d.csv", "ab" * 32, {"Speed": tb.Signal(times, np.ones(200), "m/s")}, 0, int(times[-1])
    )
    judgement = tb.judge(tb.Protocol.loads(_PROTOCOL), [drive])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bundle.zip"
        noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
        evidence.save(
            judgement, path, key=SIGNER, salts=evidence.Salts(bytes(32)), released_at=noon
        )
        return dict(tb.verify(path).members or {})


def made(chance: random.Random) -> bytes:
    """A bundle with something wrong, signed all the same."""
    members = dict(sound())
    kind = chance.randrange(8)
    if kind == 0:
        return junk.mutated(container.pack(members), chance)
    if kind == 1:
        return resealed(members, _payload(chance))
    if kind == 2:
        return resealed(members, _json(junk.altered(stated(members), chance)))
    if kind == 3:
        record = junk.altered(json.loads(members[VERDICT]), chance)
        return restated(members, {VERDICT: _json(record)})
    if kind == 4:
        return restated(members, {chance.choice((VERDICT, PROTOCOL, KEY)): _payload(chance)})
    if kind == 5:
        return _manifested(members, chance)
    if kind == 6:
        return _first_form(members, chance)
    envelope = json.loads(members[STATEMENT])
    members[STATEMENT] = chance.choice((_json(junk.altered(envelope, chance)), _payload(chance)))
    return _packed(members)


def _payload(chance: random.Random) -> bytes:
    deep = junk.DEEP
    return chance.choice((
        b"", b"{}", b"[]", b"null", b"1", b'""', b"{", b"\xff\xfe", b"\xef\xbb\xbf{}", b"9" * 10_000, b"[" * deep,
        b"[" * deep + b"]" * deep, b'{"a":' * deep + b"1" + b"}" * deep, b"NaN", b"1e999", b'{"subject": []}',
        b'{"subject": [{}]}', b'{"subject": {}}', b'{"subject": [{"annotations": 1}]}', b'"\\ud800"',
        b'{"subject":[{"name":"private","digest":{"sha256":"x"}}],"predicate":{"signedAt":1}}',
        _json(chance.choice(junk.values())),
    ))  # fmt: skip


def _json(content: object) -> bytes:
    try:
        return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    except (ValueError, RecursionError, TypeError):
        return b"{}"


def stated(members: Mapping[str, bytes]) -> Any:
    return json.loads(dsse.opened(members[STATEMENT], SIGNER.public_key()))


def resealed(members: dict[str, bytes], payload: bytes) -> bytes:
    """With another payload in the envelope, signed."""
    return _packed(members | {STATEMENT: dsse.seal(payload, SIGNER)})


def restated(members: dict[str, bytes], altered: Mapping[str, bytes]) -> bytes:
    """With other members, and the statement agreeing with them as far as it can."""
    members |= altered
    said = stated(members)
    listed = [
        Listed.of(each["name"], members[each["name"]])
        for each in said["subject"]
        if "annotations" in each
    ]
    commitment, at = said["subject"][-1]["digest"]["sha256"], said["predicate"]["signedAt"]
    try:
        said = statement(json.loads(members[VERDICT]), listed, commitment, at)
    except Exception:  # noqa: BLE001 - it is no record: the digests alone agree
        said["subject"] = [*map(container.described, listed), said["subject"][-1]]
    return resealed(members, _json(said))


def _manifested(members: dict[str, bytes], chance: random.Random) -> bytes:
    """With another list of private members, to which the owner is committed."""
    listed = junk.altered(json.loads(members[MANIFEST]), chance)
    members[MANIFEST] = chance.choice((_json(listed), _payload(chance)))
    said = stated(members)
    said["subject"][-1]["digest"]["sha256"] = commitments.private(members[SALT], members[MANIFEST])
    return resealed(members, _json(said))


def _first_form(members: dict[str, bytes], chance: random.Random) -> bytes:
    """As bundles were that had no editions, with another record."""
    record = junk.altered(json.loads(members[VERDICT]), chance)
    members[VERDICT] = chance.choice((_json(record), _payload(chance)))
    said = stated(members)
    subjects = [
        container.described(Listed.of(name, data))
        for name, data in members.items()
        if name != STATEMENT
    ]
    said["subject"] = subjects
    said["predicate"]["signedAt"] = chance.choice(junk.values())
    return resealed(members, _json(said))


def _packed(members: Mapping[str, bytes]) -> bytes:
    return container.pack(members)


def private_key(chance: random.Random) -> bytes:
    """A private key, altered; or of another kind, or encrypted."""
    curve = generate_private_key(SECP256R1())
    locked = serialization.BestAvailableEncryption(b"secret")
    form, pem = serialization.PrivateFormat.PKCS8, serialization.Encoding.PEM
    plain = SIGNER.private_bytes(pem, form, serialization.NoEncryption())
    whole = (
        plain, SIGNER.private_bytes(pem, form, locked), curve.private_bytes(pem, form, serialization.NoEncryption()),
    )  # fmt: skip
    return _altered(chance.choice(whole), chance)


def public_key(chance: random.Random) -> bytes:
    """A public key, altered."""
    return _altered(dsse.pem(SIGNER.public_key()), chance)


def salt_key(chance: random.Random) -> bytes:
    """A salt key, altered."""
    return _altered(b"ab" * 32 + b"\n", chance)


def _altered(sound: bytes, chance: random.Random) -> bytes:
    whole = (
        b"",
        b"\0",
        b"\xff" * 64,
        b"-----BEGIN PRIVATE KEY-----\n",
        sound * 2,
        sound[:-9],
        "ａｂ".encode() * 16,
    )
    return chance.choice((*whole, *(junk.mutated(sound, chance) for _ in range(9))))
