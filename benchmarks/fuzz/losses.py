"""What is lost in silence where a recording's file is harmed, format by format and harm by harm.

Each harm to a sound file comes to one of four: told as damage, or refused; harmless, every sample as it
was; valid otherwise, a file as sound as the first that says something else; silent.
"""

from __future__ import annotations

import random
import re
import tempfile
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.trialbench.readers import harm, harm_binary
from tests.trialbench.readers import test_table_losses as tables
from tests.trialbench.readers.dialects import DRIVE, LOGS, written
from tests.trialbench.readers.harm import Fate
from tests.trialbench.readers.messages import drive, write
from tests.trialbench.readers.test_harm import SOUND

from trialbench.errors import RecordingError
from trialbench.readers import read
from trialbench.readers.blf import read_blf
from trialbench.readers.csv import read_csv
from trialbench.readers.mf4 import read_mf4
from trialbench.readers.parquet import read_parquet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trialbench.readers.raw import Raw

    Tried = Callable[[random.Random], Fate]
    Harmed = tuple[str, str, bool, Tried]
    """A format, a harm, whether such a loss may not be silent, and one try of it."""

_BINARY: Final = {
    "told": Fate.TOLD, "harmless": Fate.HARMLESS, "changed": Fate.OTHERWISE, "lost": Fate.SILENT,
}  # fmt: skip
_DRIVE: Final = [
    sent._replace(ms=sent.ms + 100 * lap) for lap in range(20) for sent in DRIVE
]  # fmt: skip


def count(tries: int, seed: int) -> bool:
    """Try each harm so often, and print a line of each; whether a loss is silent that may not be."""
    print(f"{'format':32} {'harm':8}" + "".join(f"{fate.value:>17}" for fate in Fate))
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for name, kind, bound, tried in _harms(Path(folder)):
            chance = random.Random(f"{seed} {name} {kind}")
            found = Counter(tried(chance) for _ in range(tries))
            wrong = bound and found[Fate.SILENT] > 0
            failed |= wrong
            shares = "".join(f"{100 * found[fate] / tries:16.2f}%" for fate in Fate)
            print(f"{name:32} {kind:8}{shares}{'  FAILED' if wrong else ''}", flush=True)
    return failed


def _harms(folder: Path) -> Iterator[Harmed]:
    for name, (suffix, data, is_sound) in SOUND.items():
        yield from _text(name, folder / f"drive{suffix}", data, is_sound)
    for name in LOGS:
        data = written(name, _DRIVE)
        is_sound = partial(_has_shapes, _shapes(data))
        yield from _text(name, folder / "log.txt", data, is_sound, bound=False)
    csv, parquet = tables.sound(), tables.sound_parquet(checksums=True)
    for kind in harm_binary.KINDS:
        yield "CSV", kind, kind != "flip", partial(_table, read_csv, csv, kind)
        yield "Parquet, checksums", kind, True, partial(_table, read_parquet, parquet, kind)
    yield from _binary(folder)


def _text(
    name: str, path: Path, data: bytes, is_sound: Callable[[bytes], bool], *, bound: bool = True
) -> Iterator[Harmed]:
    path.write_bytes(data)
    sound = read(path)
    for kind, mutate in harm.MUTATIONS.items():

        def tried(chance: random.Random, mutate: Callable[..., bytes] = mutate) -> Fate:
            return harm.fate(sound, path, mutate(data, chance), is_sound)

        yield name, kind, bound and kind in ("drop", "zero", "insert"), tried


def _shapes(data: bytes) -> frozenset[bytes]:
    """The lines but for their digits: all the grammar there is of a dialect that nobody wrote down.

    It says too much and too little, so what is silent by it is counted and fails nothing.
    """
    return frozenset(re.sub(rb"[0-9A-Fa-f]+", b"0", line) for line in data.splitlines())


def _has_shapes(shapes: frozenset[bytes], data: bytes) -> bool:
    return shapes.issuperset(_shapes(data))


def _table(read: Callable[[bytes], Raw], data: bytes, kind: str, chance: random.Random) -> Fate:
    before, spoilt = tables.samples(read(data)), tables.spoilt(data, kind, chance)
    try:
        raw = read(spoilt)
    except RecordingError:
        return Fate.TOLD
    after = tables.samples(raw)
    if before == after:
        return Fate.HARMLESS
    if not tables.lost_in_silence(before, raw):
        return Fate.TOLD
    renamed = read is read_parquet and set(before) != set(after)  # nothing guards the names
    return Fate.OTHERWISE if renamed or tables.is_another_sound_file(spoilt) else Fate.SILENT


def _binary(folder: Path) -> Iterator[Harmed]:
    """What no checksum covers, in plain blocks and descriptions, may change and nobody can tell."""
    for level, packed in enumerate(("plain", "deflated")):
        traffic = drive(400, channels=2)
        blf = write(folder / "x.blf", traffic, compression_level=level, max_container_size=4096)
        mf4 = write(folder / "x.mf4", traffic, compression_level=level)
        for kind in harm_binary.KINDS:
            covered = level > 0 or kind in ("drop", "insert")
            yield f"BLF, {packed}", kind, covered, _in_bytes(read_blf, blf, kind, 144)
            covered = kind in ("drop", "insert")
            yield f"MF4, {packed}", kind, covered, _in_bytes(read_mf4, mf4, kind, 168)


def _in_bytes(read: Callable[[bytes], Raw], path: Path, kind: str, begin: int) -> Tried:
    data = path.read_bytes()
    sound = read(data)

    def tried(chance: random.Random) -> Fate:
        harmed = harm_binary.harmed(data, kind, chance, begin)
        return _BINARY[harm_binary.outcome(read, sound, harmed)]

    return tried
