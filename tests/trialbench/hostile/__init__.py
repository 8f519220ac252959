"""Input that nobody means well by, for every reader but those of recordings (`benchmarks.fuzz` has those).

Each of `READERS` makes a file from a chance and reads it. What comes of it is told by `outcome`:
anything but a good end, or a refusal in one line, is a crash.
"""

from __future__ import annotations

import contextlib
import io
import random
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.trialbench.hostile import artefacts, bundles, protocols
from trialbench import artefacts as loader
from trialbench import cli, dsse, evidence
from trialbench.errors import TrialbenchError

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST: Final = 2000
"""Characters of a refusal: beyond that it is a dump of the input, and no line that one reads."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Makes hostile files (`made`), reads one (`read`: whether it was taken), and has a `name`."""

    name: str
    made: Callable[[random.Random], bytes]
    read: Callable[[Path], bool]


def outcome(reader: Reader, path: Path) -> str:
    """What came of reading the file: "taken", or how it was refused. Raises whatever crashes."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            taken = reader.read(path)
        except TrialbenchError as error:
            told = str(error)
            assert len(told.splitlines()) == 1, f"not one line: {told[:LONGEST]!r}"
            assert len(told) <= LONGEST, f"{len(told)} characters: {told[:200]!r}"
            told.encode()  # it is shown
            return told
    return "taken" if taken else "refused"


def _commanded(*arguments: str) -> bool:
    """Give it to the command line, whose every refusal is status 1 or 2 with something to read."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = cli.main(arguments)
        out.flush()
        err.flush()
    told = (out if status < 2 else err).buffer.getvalue().decode()  # type: ignore[attr-defined]
    if status:
        assert len(told.splitlines()) == 1, f"status {status}: {told[:LONGEST]!r}"
        assert len(told) <= LONGEST, f"{len(told)} characters: {told[:200]!r}"
    return status == 0


def _artefact(path: Path) -> bool:
    return bool(loader.load(path).sha256)


def _protocol(path: Path) -> bool:
    return _commanded("protocol", "show", str(path))


def _bundle(path: Path) -> bool:
    return _commanded("verify", str(path))


def _private_key(path: Path) -> bool:
    return bool(dsse.private_key(path))


def _public_key(path: Path) -> bool:
    return bool(dsse.public_key(path))


def _salt_key(path: Path) -> bool:
    return bool(evidence.Salts.load(path))


READERS: Final = {
    each.name: each
    for each in (
        Reader("artefact", artefacts.made, _artefact),
        Reader("protocol", protocols.made, _protocol),
        Reader("bundle", bundles.made, _bundle),
        Reader("private key", bundles.private_key, _private_key),
        Reader("public key", bundles.public_key, _public_key),
        Reader("salt key", bundles.salt_key, _salt_key),
    )
}
