"""The command line: `trialbench signals | robustness | judge | verify | keygen`.

Exit status: 0 accepted, or valid; 1 rejected, or not valid; 3 inconclusive; 2 unusable input, told
in one line on standard error.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from trialbench import console
from trialbench.arguments import UNUSABLE, parser
from trialbench.errors import RecordingError, TrialbenchError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from trialbench.engine import Engine
    from trialbench.evidence import Salts
    from trialbench.recording import Recording, Unreadable

_EXIT: Final = {"accepted": 0, "pass": 0, "rejected": 1, "fail": 1, "inconclusive": 3}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status is the verdict."""
    parsed = parser(_COMMANDS).parse_args(arguments)
    try:
        status = int(parsed.command(parsed))
        sys.stdout.flush()
    except TrialbenchError as error:
        print(f"trialbench: {' '.join(str(error).split())}", file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        print("trialbench: interrupted; nothing was written", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of a pipe, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNUSABLE
    return status


def _signals(arguments: argparse.Namespace) -> int:
    recordings = list(_read(arguments.recordings, arguments))
    if arguments.out:
        from trialbench.table import write_parquet

        if len(recordings) > 1:
            raise TrialbenchError("--out takes the signals of one recording")
        write_parquet(recordings[0].signals, arguments.out)
    found = console.signals_found(recordings)
    _print(found if arguments.json else console.signals_text(found))
    for error in found["errors"] + found["dbc_problems"]:
        print(f"trialbench: {error}", file=sys.stderr)
    return _EXIT["inconclusive"] if any(recording.errors for recording in recordings) else 0


def _robustness(arguments: argparse.Namespace) -> int:
    from trialbench.stl import robustness

    (recording,) = _read([arguments.trace], arguments)
    found = console.robustness_found(robustness(arguments.formula, recording), recording)
    _print(found if arguments.json else console.robustness_text(found))
    return _EXIT[found["verdict"]]


def _judge(arguments: argparse.Namespace) -> int:
    from trialbench.judging import judge
    from trialbench.protocol import Protocol
    from trialbench.summary import summary

    protocol = Protocol.load(arguments.protocol)
    # All read before the trial: a long one is not to be lost for it. The signed time is that of the
    # command, so that an artefact says nothing by how long it takes.
    released_at = datetime.now(UTC)
    key = _signing_key(arguments.key) if arguments.out else None
    salts = _salts(arguments.salt_key) if arguments.out else None
    with console.progress("recordings") as progress:
        judgement = judge(
            protocol,
            _read_each(arguments.recordings, arguments),
            arguments.artefact,
            engine=_engine(arguments.workers),
            progress=progress,
        )
    if key is not None:
        from trialbench import evidence

        evidence.save(
            judgement, arguments.out, key=key, salts=salts, language=arguments.lang,
            released_at=released_at,
        )  # fmt: skip
    found = {**summary(judgement), "bundle": str(arguments.out) if arguments.out else None}
    if arguments.junit:
        from trialbench.junit import write_junit

        write_junit(found, arguments.junit)
    _print(found if arguments.json else console.judgement_text(found, judgement.tally))
    for part in judgement.parts:
        if part.result.failure and part.log:
            print(f"{part.result.name}: the artefact printed:\n{part.log}", file=sys.stderr)
    return _EXIT[judgement.verdict]


def _signing_key(path: str | None) -> Ed25519PrivateKey:
    from trialbench import dsse

    return dsse.private_key(path or dsse.own_key())


def _salts(path: str | None) -> Salts:
    from trialbench.evidence import Salts

    return Salts.load(path)


def _edition(arguments: argparse.Namespace) -> int:
    from trialbench import evidence

    checked = evidence.verify(arguments.bundle)
    evidence.edition(checked, arguments.out)
    _print(f"{arguments.out}: what the submitter may have; the private part is withheld")
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    from trialbench import evidence
    from trialbench.rerunning import rerun

    checked = evidence.verify(arguments.bundle, key=arguments.key)
    differences: tuple[str, ...] = ()
    if checked.valid and arguments.rerun:
        recordings = _read_each(arguments.rerun, arguments)
        differences = rerun(
            checked, recordings, arguments.artefact, engine=_engine(arguments.workers)
        )
    found = console.verification_found(checked, differences, rerun=bool(arguments.rerun))
    _print(found if arguments.json else console.verification_text(found))
    return 0 if found["valid"] else 1


def _protocol_show(arguments: argparse.Namespace) -> int:
    from trialbench.disclosure import Occasions, shown
    from trialbench.protocol import Protocol

    occasions = Occasions(
        arguments.recordings, arguments.tries, arguments.controls, arguments.objections
    )
    found = shown(Protocol.load(arguments.protocol), occasions)
    _print(found if arguments.json else console.protocol_text(found))
    return 0


def _doctor(arguments: argparse.Namespace) -> int:
    from trialbench.doctor import examine

    findings = list(examine())
    attempts = None
    works = all(each.works for each in findings if each.needed)
    if arguments.attack and works:  # there is nothing to attack otherwise, and the findings say why
        from trialbench.artefacts.attacks import attempt

        with console.progress("attempts") as progress:
            attempts = []
            for tried in attempt():
                attempts.append(tried)
                progress(len(attempts), 0)
    found = console.doctor_found(findings, attempts)
    _print(found if arguments.json else console.doctor_text(found))
    return 0 if found["works"] and not found["reached"] else 1


def _keygen(arguments: argparse.Namespace) -> int:
    from trialbench import dsse

    key = dsse.generate(arguments.key)
    _print(
        f"{arguments.key} signs; give {arguments.key}.pub to whoever checks.\nkey {dsse.key_id(key.public_key())}"
    )
    return 0


def _read(paths: Sequence[str], arguments: argparse.Namespace) -> Iterator[Recording]:
    """Each recording when it is asked for, with the DBC files of its buses."""
    for path in paths:
        yield _recording(path, arguments)


def _read_each(
    paths: Sequence[str], arguments: argparse.Namespace
) -> Iterator[Recording | Unreadable]:
    """As `_read`, but one among several that cannot be read leaves the others be."""
    for path in paths:
        try:
            yield _recording(path, arguments)
        except RecordingError as error:
            if len(paths) == 1:
                raise
            yield _unreadable(Path(path), error)


def _unreadable(path: Path, error: RecordingError) -> Unreadable:
    """What stands for the file in a trial; one that is not even there is no part of any."""
    from trialbench.recording import Unreadable

    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        raise error from None
    return Unreadable(path.name, digest, str(error).removeprefix(f"{path}: "))


def _recording(path: str, arguments: argparse.Namespace) -> Recording:
    from trialbench.readers import read

    databases: dict[int | None, list[str]] = {}
    for text in arguments.dbc:
        bus, colon, file = text.partition(":")
        by_bus = bool(colon) and bus.isdecimal()
        databases.setdefault(int(bus) if by_bus else None, []).append(file if by_bus else text)
    return read(
        path, dbc=databases or None, encoding=arguments.encoding, period_ns=arguments.period
    )


def _engine(workers: int) -> Engine:
    from trialbench.engine import InProcess, LocalEngine

    return LocalEngine(workers) if workers > 1 else InProcess()


def _print(content: str | dict[str, Any]) -> None:
    print(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False))


_COMMANDS: Final = {
    "signals": _signals,
    "robustness": _robustness,
    "judge": _judge,
    "edition": _edition,
    "verify": _verify,
    "protocol show": _protocol_show,
    "doctor": _doctor,
    "keygen": _keygen,
}


if __name__ == "__main__":
    sys.exit(main())
