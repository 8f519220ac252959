"""How a bundle is made of a judgement, and the submitter's edition of the owner's."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from trialbench import container, dsse
from trialbench.container import Listed
from trialbench.errors import EvidenceError
from trialbench.evidence import commitments
from trialbench.evidence.checking import Verification
from trialbench.evidence.commitments import Salts
from trialbench.evidence.members import (
    ANSWERS,
    JUDGEMENT,
    KEY,
    MANIFEST,
    PRIVATE,
    PROTOCOL,
    SALT,
    STATEMENT,
    VERDICT,
)  # fmt: skip
from trialbench.evidence.record import aliases, committed, record
from trialbench.evidence.statement import canonical, statement
from trialbench.report import plots, render
from trialbench.summary import summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from trialbench.judgement import Judgement, Part
    from trialbench.signal import Signal


def save(
    judgement: Judgement,
    path: str | Path,
    *,
    key: Ed25519PrivateKey | str | Path,
    salts: Salts | None = None,
    need: str | None = None,
    language: str = "en",
    released_at: datetime | None = None,
) -> None:
    """Write the owner's edition of the signed evidence, whole or not at all. Raises `EvidenceError`.

    `salts` are the data owner's (default: those of the user's own salt key). `need` (64 hex digits;
    default: the protocol's hash) is what the recordings' commitments belong to. `released_at` is
    the time that is signed (default: now); it must not hang on how long the artefact ran.
    """
    salts = salts or Salts.load()
    signer = dsse.private_key(key)
    protocol, artefact = judgement.protocol, judgement.artefact
    recordings = committed(judgement, salts, need or protocol.sha256)
    told = record(judgement, recordings)
    public = {
        VERDICT: canonical(told),
        PROTOCOL: protocol.text,
        **_traces(judgement),
        KEY: dsse.pem(signer.public_key()),
    }
    private = _private(judgement, language)
    manifest = canonical([container.described(Listed.of(*each)) for each in private.items()])
    tried = None if artefact is None else artefact.sha256
    salt = salts.of_private(protocol.sha256, tried, recordings)
    time = (released_at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
    stated = statement(
        told, map(Listed.of, public, public.values()), commitments.private(salt, manifest), time
    )
    envelope = dsse.seal(canonical(stated), signer)
    members = {STATEMENT: envelope, **public, SALT: salt, MANIFEST: manifest, **private}
    write(Path(path), container.pack(members))


def edition(checked: Verification, path: Path) -> None:
    """Write the submitter's edition of a valid bundle, whole or not at all. Raises `EvidenceError`."""
    if checked.members is None:
        raise EvidenceError(f"only a valid bundle has editions: {checked.problem}")
    require_editions(checked)
    public = {name: data for name, data in checked.members.items() if not name.startswith(PRIVATE)}
    write(path, container.pack(public))


def require_editions(checked: Verification) -> None:
    """Raises `EvidenceError` for a bundle of the first form, which tells everybody all."""
    if checked.opened and JUDGEMENT not in (checked.members or ()):
        raise EvidenceError("the bundle is of the first form, without editions: judge anew")


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


def answers(judgement: Judgement) -> dict[str, bytes]:
    """What the artefact answered: a Parquet file a recording, as the bench itself reads them."""
    return {
        f"{ANSWERS}{alias}.parquet": parquet(answered)
        for alias, part, answered in _answered(judgement)
    }


def _answered(judgement: Judgement) -> Iterator[tuple[str, Part, dict[str, Signal]]]:
    for alias, part in zip(aliases(judgement), judgement.parts, strict=True):
        signals = part.scene.signals
        answered = {name: signals[name] for name in part.scene.outputs}
        if answered:
            yield alias, part, answered


def _private(judgement: Judgement, language: str) -> dict[str, bytes]:
    drawn = {f"{PRIVATE}{name}": text.encode() for name, text in plots(judgement, language).items()}
    return {
        JUDGEMENT: canonical(summary(judgement)),
        f"{PRIVATE}report.html": render(judgement, language).encode(),
        **answers(judgement),
        **drawn,
    }


def _traces(judgement: Judgement) -> dict[str, bytes]:
    """The signals that the protocol discloses, a Parquet file each, in time since the recording's start."""
    files = {}
    for alias, part in zip(aliases(judgement), judgement.parts, strict=True):
        for name in judgement.protocol.traces:
            signal = part.scene.signals.get(name)
            if signal is not None:
                files[f"traces/{alias}/{name}.parquet"] = parquet(
                    {name: signal}, begin_ns=part.scene.begin_ns
                )
    return files


def parquet(signals: Mapping[str, Signal], *, begin_ns: int = 0) -> bytes:
    """Signals of the same times as a Parquet file, their times counted from `begin_ns`."""
    import io

    import pyarrow as pa
    import pyarrow.parquet as pq

    times = next(iter(signals.values())).times_ns - begin_ns
    table = pa.table(
        {"timestamp_ns": times, **{name: signal.values for name, signal in signals.items()}}
    )
    file = io.BytesIO()
    pq.write_table(table, file, compression="zstd")
    return file.getvalue()
