"""Evidence bundles: what a judgement came from and to, signed, so that anyone can check it.

The first member is a DSSE envelope around an in-toto statement (in-toto attestation framework,
Statement v1, predicate test-result v0.1) whose subjects are the artefact and the other members,
with the hash of each block of each. The same judgement makes the same bytes but for the time of
signing and the signature over it.
"""

from __future__ import annotations

import io
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from trialbench import container, dsse
from trialbench.errors import EvidenceError
from trialbench.report import plots, render
from trialbench.summary import summary
from trialbench.verdict import Ruling

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trialbench.judge import Judgement, Part
    from trialbench.signal import Signal

PrivateKey = Ed25519PrivateKey
PublicKey = Ed25519PublicKey

STATEMENT: Final = "statement.dsse.json"
KEY: Final = "public-key.pem"
VERDICT: Final = "verdict.json"
PROTOCOL: Final = "protocol.toml"
_RESULTS: Final = {
    Ruling.ACCEPTED: "PASSED",
    Ruling.REJECTED: "FAILED",
    Ruling.INCONCLUSIVE: "WARNED",
}


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of a bundle came to; `bool()` of it says whether the bundle is valid.

    `trusted` says whether the key was the checker's own, rather than the one in the bundle;
    `verdict` is the summary that a valid bundle holds, and `members` all that lies in it.
    """

    problem: str | None
    key_id: str | None = None
    trusted: bool = False
    signed_at: str | None = None
    verdict: Mapping[str, Any] | None = None
    members: Mapping[str, bytes] | None = None

    def __bool__(self) -> bool:
        return self.valid

    @property
    def valid(self) -> bool:
        """Whether every byte is what was signed."""
        return self.problem is None


def save(
    judgement: Judgement,
    path: Path,
    *,
    key: PrivateKey | str | Path,
    language: str = "en",
    signed_at: datetime | None = None,
) -> None:
    """Write the bundle, whole or not at all. Raises `EvidenceError`."""
    private = dsse.private_key(key)
    members = _members(judgement, private.public_key(), language)
    time = (signed_at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
    envelope = dsse.seal(canonical(_statement(judgement, members, time)), private)
    write(path, container.pack({STATEMENT: envelope, **members}))


def write(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all. Raises `EvidenceError`."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise EvidenceError(f"{path}: {error.strerror}; nothing was written") from None


def verify(path: str | Path, *, key: PublicKey | str | Path | None = None) -> Verification:
    """Check a bundle against a public key or, without one, against the key that lies in it.

    Raises `EvidenceError` only where the file or the key cannot be read; what was altered is named
    as the problem, with the first range of bytes that does not fit.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise EvidenceError(f"{path}: {error.strerror}") from None
    return check(content, None if key is None else dsse.public_key(key))


def check(content: bytes, key: PublicKey | None) -> Verification:
    """Check a bundle's bytes, as `verify` does its file."""
    try:
        envelope = container.first_member(content, STATEMENT)
        public = key or dsse.public_key(_key_inside(content))
        statement = json.loads(dsse.opened(envelope, public))
    except EvidenceError as error:
        return Verification(f"{STATEMENT}: {error}")
    subjects = [
        container.listed(subject) for subject in statement["subject"] if "annotations" in subject
    ]
    members, problem = container.unpack(content, STATEMENT, envelope, subjects)
    return Verification(
        problem,
        dsse.key_id(public),
        key is not None,
        statement["predicate"]["signedAt"],
        None if problem else json.loads(members[VERDICT]),
        None if problem else members,
    )


def _members(judgement: Judgement, key: PublicKey, language: str) -> dict[str, bytes]:
    drawn = {name: text.encode() for name, text in plots(judgement, language).items()}
    return {
        VERDICT: canonical(summary(judgement)),
        PROTOCOL: judgement.protocol.text,
        "report.html": render(judgement, language).encode(),
        **outputs_of(judgement.parts),
        **drawn,
        KEY: dsse.pem(key),
    }


def outputs_of(parts: Iterable[Part]) -> dict[str, bytes]:
    """What the artefact answered: a Parquet file a recording, as the bench itself reads them."""
    files = {}
    for index, part in enumerate(parts, 1):
        answered = {name: part.scene.signals[name] for name in part.scene.outputs}
        if answered:
            files[f"outputs/{index}.parquet"] = _parquet(answered)
    return files


def _parquet(signals: Mapping[str, Signal]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    times = next(iter(signals.values())).times_ns
    table = pa.table(
        {"timestamp_ns": times, **{name: signal.values for name, signal in signals.items()}}
    )
    file = io.BytesIO()
    pq.write_table(table, file, compression="zstd")
    return file.getvalue()


def _statement(judgement: Judgement, members: Mapping[str, bytes], time: str) -> dict[str, Any]:
    by_verdict: dict[str, list[str]] = {"pass": [], "fail": [], "inconclusive": []}
    for criterion in judgement.protocol.criteria:
        by_verdict[judgement.of(criterion)[1].verdict].append(criterion.id)
    artefact = judgement.artefact
    tested = [_resource(artefact.name, artefact.sha256)] if artefact else []
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": tested
        + [container.described(container.Listed.of(*member)) for member in members.items()],
        "predicateType": "https://in-toto.io/attestation/test-result/v0.1",
        "predicate": {
            "result": _RESULTS[judgement.verdict],
            "configuration": [
                _resource(PROTOCOL, judgement.protocol.sha256),
                *(_resource(item.name, item.sha256) for item in judgement.recordings),
                *(_resource(name, digest) for name, digest in judgement.dbc_sha256.items()),
            ],
            "passedTests": by_verdict["pass"],
            "warnedTests": by_verdict["inconclusive"],
            "failedTests": by_verdict["fail"],
            "signedAt": time,
        },
    }


def _resource(name: str, sha256: str) -> dict[str, Any]:
    return {"name": name, "digest": {"sha256": sha256}}


def _key_inside(content: bytes) -> bytes:
    """The public key that lies in the bundle, whoever put it there."""
    begin, end = (
        content.rfind(b"-----BEGIN PUBLIC KEY-----"),
        content.rfind(b"-----END PUBLIC KEY-----"),
    )
    if begin < 0 or end < begin:
        raise EvidenceError(f"{KEY} is missing from the bundle")
    return content[begin : end + len(b"-----END PUBLIC KEY-----")] + b"\n"


def canonical(content: object) -> bytes:
    """JSON with one spelling for each value."""
    return json.dumps(
        content, ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":")
    ).encode()
