"""What the command line takes; `trialbench.cli` does it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NoReturn

UNUSABLE: Final = 2
"""Exit status where what is given cannot be used."""
Command = Callable[[argparse.Namespace], int]


class Parser(argparse.ArgumentParser):
    """Tells what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Say it, and end."""
        self.exit(UNUSABLE, f"{self.prog}: {message}; see {self.prog} --help\n")


def parser(commands: Mapping[str, Command]) -> argparse.ArgumentParser:
    """The parser of the whole line; `commands` gives what each command does."""
    whole = Parser(
        prog="trialbench", description="Judge a research artefact on real vehicle recordings."
    )
    whole.add_argument("--version", action="version", version=_version())
    names = whole.add_subparsers(required=True, metavar="COMMAND")
    signals = names.add_parser("signals", help="list what recordings hold, decoded with DBC files")
    robustness = names.add_parser("robustness", help="judge one STL formula over a trace")
    judge = names.add_parser("judge", help="hold a trial by an acceptance protocol")
    edition = names.add_parser("edition", help="make what another side may have of a bundle")
    verify = names.add_parser("verify", help="check an evidence bundle")
    protocol = names.add_parser("protocol", help="what a protocol asks for and discloses")
    show = protocol.add_subparsers(required=True, metavar="show").add_parser(
        "show", help="what an artefact sees, what is withheld, and the leak budget in bits"
    )
    doctor = names.add_parser("doctor", help="what works on this machine, and how to mend the rest")
    keygen = names.add_parser("keygen", help="make a signing key: KEY, and KEY.pub to give away")
    _signals(signals)
    _robustness(robustness)
    _judge(judge)
    _edition(edition)
    _verify(verify)
    _show(show)
    doctor.add_argument(
        "--attack", action="store_true", help="try some 250 ways out of the sandbox, as this user"
    )
    keygen.add_argument("key", type=Path, metavar="KEY")
    for each in (signals, robustness, judge, verify):
        _add_reading(each)
    for each in (signals, robustness, judge, verify, show, doctor):
        each.add_argument("--json", action="store_true", help="print JSON instead of text")
    for each in (signals, robustness, judge, edition, verify, show, doctor, keygen):
        each.set_defaults(command=commands[each.prog.partition(" ")[2]])
    return whole


def _signals(signals: argparse.ArgumentParser) -> None:
    signals.add_argument("recordings", nargs="+", metavar="RECORDING")
    signals.add_argument(
        "--out", type=Path, metavar="FILE.parquet", help="write every decoded signal there"
    )


def _robustness(robustness: argparse.ArgumentParser) -> None:
    robustness.add_argument("formula", metavar="FORMULA")
    robustness.add_argument("trace", metavar="TRACE.csv", help="or any other recording")


def _judge(judge: argparse.ArgumentParser) -> None:
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
        "--salt-key",
        metavar="FILE",
        help="what commitments to recordings are salted with (default: a key of your own)",
    )
    judge.add_argument(
        "--junit", type=Path, metavar="FILE.xml", help="write the criteria as JUnit XML there"
    )
    judge.add_argument(
        "--lang", choices=("en", "zh", "ko"), default="en", help="the report's language"
    )
    _add_workers(judge)


def _edition(edition: argparse.ArgumentParser) -> None:
    edition.add_argument("bundle", metavar="BUNDLE.zip")
    edition.add_argument("--for", choices=("submitter",), required=True, dest="reader")
    edition.add_argument("--out", type=Path, metavar="FILE.zip", required=True)


def _verify(verify: argparse.ArgumentParser) -> None:
    verify.add_argument("bundle", metavar="BUNDLE.zip")
    verify.add_argument(
        "--key", metavar="PUBLIC", help="the public key in PEM that must have signed it"
    )
    verify.add_argument(
        "--rerun", nargs="+", metavar="RECORDING", help="judge again on these, and compare"
    )
    verify.add_argument("--artefact", metavar="PATH", help="the artefact, for --rerun")
    _add_workers(verify)


def _show(show: argparse.ArgumentParser) -> None:
    show.add_argument("protocol", metavar="PROTOCOL.toml")
    for name, default, what in (
        ("recordings", 1, "how many recordings a trial is held on"),
        ("tries", 1, "how often an artefact may be submitted"),
        ("controls", 0, "how many blind controls are run"),
        ("objections", 0, "how many objections are answered by another run"),
    ):
        read = _positive if default else _count
        show.add_argument(f"--{name}", type=read, default=default, metavar="N", help=what)


def _add_workers(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--workers", type=_positive, default=1, metavar="N", help="processes side by side"
    )


def _add_reading(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--dbc",
        nargs="+",
        action="extend",
        default=[],
        metavar="[BUS:]FILE",
        help="DBC, ARXML, KCD or SYM files, each for a bus or for all",
    )
    command.add_argument(
        "--encoding", metavar="NAME", help="of text whose bytes do not tell: cp949, gb18030, …"
    )
    command.add_argument(
        "--period",
        type=_period_ns,
        metavar="TIME",
        help="from line to line of a log without time stamps: 10ms",
    )


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


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def _version() -> str:
    from importlib.metadata import version

    return f"trialbench {version('jointlab')}"
