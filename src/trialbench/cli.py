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
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from trialbench import console
from trialbench.errors import RecordingError, TrialbenchError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trialbench.engine import Engine
    from trialbench.evidence import PrivateKey
    from trialbench.recording import Recording, Unreadable

UNUSABLE: Final = 2
_EXIT: Final = {"accepted": 0, "pass": 0, "rejected": 1, "fail": 1, "inconclusive": 3}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(UNUSABLE, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status is the verdict."""
    parsed = _parser().parse_args(arguments)
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


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="trialbench", description="Judge a research artefact on real vehicle recordings."
    )
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    signals = commands.add_parser(
        "signals", help="list what recordings hold, decoded with DBC files"
    )
    signals.add_argument("recordings", nargs="+", metavar="RECORDING")
    _add_dbc(signals)
    signals.add_argument(
        "--out", type=Path, metavar="FILE.parquet", help="write every decoded signal there"
    )
    signals.set_defaults(command=_signals)

    robustness = commands.add_parser("robustness", help="judge one STL formula over a trace")
    robustness.add_argument("formula", metavar="FORMULA")
    robustness.add_argument("trace", metavar="TRACE.csv", help="or any other recording")
    _add_dbc(robustness)
    robustness.set_defaults(command=_robustness)

    judge = commands.add_parser("judge", help="hold a trial by an acceptance protocol")
    judge.add_argument("protocol", metavar="PROTOCOL.toml")
    judge.add_argument("recordings", nargs="+", metavar="RECORDING")
    judge.add_argument("--artefact", metavar="PATH", help="the folder or zip under test")
    judge.add_argument(
        "--out", type=Path, metavar="BUNDLE.zip", help="write the signed evidence there"
    )
    judge.add_argument(
        "--key", metavar="KEY", help="private key in PEM to sign with (default: a key of your own)"
    )
    judge.add_argument(
        "--lang", choices=("en", "zh", "ko"), default="en", help="the report's language"
    )
    judge.set_defaults(command=_judge)

    verify = commands.add_parser("verify", help="check an evidence bundle")
    verify.add_argument("bundle", metavar="BUNDLE.zip")
    verify.add_argument(
        "--key", metavar="PUBLIC", help="the public key in PEM that must have signed it"
    )
    verify.add_argument(
        "--rerun", nargs="+", metavar="RECORDING", help="judge again on these, and compare"
    )
    verify.add_argument("--artefact", metavar="PATH", help="the artefact, for --rerun")
    verify.set_defaults(command=_verify)

    for command in (judge, verify):
        _add_dbc(command)
        command.add_argument(
            "--workers", type=_positive, default=1, metavar="N", help="processes side by side"
        )
    for command in (signals, robustness, judge, verify):
        command.add_argument(
            "--encoding", metavar="NAME", help="of text whose bytes do not tell: cp949, gb18030, …"
        )
        command.add_argument(
            "--period",
            type=_period_ns,
            metavar="TIME",
            help="from line to line of a log without time stamps: 10ms",
        )
        command.add_argument("--json", action="store_true", help="print JSON instead of text")

    doctor = commands.add_parser(
        "doctor", help="say what works on this machine, and how to mend the rest"
    )
    doctor.add_argument(
        "--attack", action="store_true", help="try some 250 ways out of the sandbox, as this user"
    )
    doctor.add_argument("--json", action="store_true", help="print JSON instead of text")
    doctor.set_defaults(command=_doctor)

    keygen = commands.add_parser("keygen", help="make a signing key: KEY, and KEY.pub to give away")
    keygen.add_argument("key", type=Path, metavar="KEY")
    keygen.set_defaults(command=_keygen)
    return parser


def _add_dbc(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dbc",
        nargs="+",
        action="extend",
        default=[],
        metavar="[BUS:]FILE",
        help="DBC files, each for a bus or for all",
    )


def _signals(arguments: argparse.Namespace) -> int:
    recordings = list(_read(arguments.recordings, arguments))
    if arguments.out:
        from trialbench.table import write_parquet

        if len(recordings) > 1:
            raise TrialbenchError("--out takes the signals of one recording")
        write_parquet(recordings[0], arguments.out)
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
    from trialbench.judge import judge
    from trialbench.protocol import Protocol
    from trialbench.summary import summary

    protocol = Protocol.load(arguments.protocol)
    key = _signing_key(arguments.key) if arguments.out else None
    with console.progress("recordings") as progress:
        judgement = judge(
            protocol,
            _read_each(arguments.recordings, arguments),
            arguments.artefact,
            engine=_engine(arguments.workers),
            progress=progress,
        )
    if key is not None:
        judgement.save(arguments.out, key=key, language=arguments.lang)
    found = {**summary(judgement), "bundle": str(arguments.out) if arguments.out else None}
    _print(found if arguments.json else console.judgement_text(found, judgement.tally))
    for part in judgement.parts:
        if part.result.failure and part.log:
            print(f"{part.result.name}: the artefact printed:\n{part.log}", file=sys.stderr)
    return _EXIT[judgement.verdict]


def _signing_key(path: str | None) -> PrivateKey:
    """The key to sign with, read before the trial: a long one is not to be lost for it."""
    from trialbench import dsse

    return dsse.private_key(path or dsse.own_key())


def _verify(arguments: argparse.Namespace) -> int:
    from trialbench import evidence
    from trialbench.rerun import rerun

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


def _period_ns(text: str) -> int:
    from trialbench.quantity import duration_ns

    try:
        return duration_ns(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


def _print(content: str | dict[str, Any]) -> None:
    print(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False))


def _version() -> str:
    from importlib.metadata import version

    return f"trialbench {version('jointlab')}"


if __name__ == "__main__":
    sys.exit(main())
