"""The one registry of recording formats: what a file is, and who reads it."""

from __future__ import annotations

import hashlib
import re
from collections import ChainMap
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from trialbench.errors import RecordingError
from trialbench.recording import Recording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, MutableMapping
    from os import PathLike

    from trialbench.readers.raw import Raw
    from trialbench.signal import Signal

    AnyPath = str | PathLike[str]
    Dbc = AnyPath | Iterable[AnyPath] | Mapping[int | None, AnyPath | Iterable[AnyPath]]


class Format(NamedTuple):
    """A format: its suffixes, how its content begins, and where its reader lies.

    `magic` is tried at the file's first byte; `reader` is `module:function` of this package and
    is imported when it is needed.
    """

    name: str
    suffixes: tuple[str, ...]
    magic: re.Pattern[bytes]
    reader: str

    def read(self, data: bytes) -> Raw:
        """What the format's reader gives for `data`. Raises `RecordingError`."""
        module, _, function = self.reader.partition(":")
        reader: Callable[[bytes], Raw] = getattr(
            import_module(f"trialbench.readers.{module}"), function
        )
        return reader(data)


def _begins(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.IGNORECASE)


FORMATS: Final = (
    Format("Vector BLF", (".blf",), re.compile(rb"LOGG"), "blf:read_blf"),
    Format("ASAM MDF", (".mf4",), re.compile(rb"MDF     |UnFinMF "), "mf4:read_mf4"),
    Format("Parquet", (".parquet",), re.compile(rb"PAR1"), "parquet:read_parquet"),
    Format(
        "candump",
        (".log",),
        _begins(rb"\s*(?:[#;][^\n]*\n\s*)*\(\d+\.\d+\) +\S+ +[0-9a-f]{1,8}#"),
        "candump:read_candump",
    ),
    Format("PEAK TRC", (".trc",), _begins(rb"\s*;\s*(?:\$FILEVERSION|#{9}|-{9})"), "trc:read_trc"),
    Format(
        "Vector ASC",
        (".asc",),
        _begins(rb"\s*(?://[^\n]*\n\s*)*(?:date\s+\w{2,3}\w*\s|base\s+(?:hex|dec)\s)"),
        "asc:read_asc",
    ),
    Format(
        "CSV",
        (".csv",),
        _begins(
            rb"(?:\xef\xbb\xbf)?\s*\"?(?:time|timestamp_ns)\"?\s*[,;\t\r\n]|timestamp,arbitration_id,"
        ),
        "csv:read_csv",
    ),
)
"""Every format that is read, in the order in which content is tried."""


def read(path: AnyPath, dbc: Dbc | None = None) -> Recording:
    """Read the recording at `path`; `dbc` names the DBC file or files that decode its frames.

    With a mapping each DBC holds for its bus alone (None: for every bus). Damage is told in the
    recording's `errors`; raises `RecordingError` where nothing can be read, `DbcError` for a DBC.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RecordingError(f"{path}: {error.strerror or error}") from None
    with ThreadPoolExecutor(1) as beside:  # hashing takes as long as reading
        digest = beside.submit(hashlib.sha256, data)
        try:
            raw = format_of(path.name, data).read(data)
        except RecordingError as error:
            raise RecordingError(f"{path}: {error}") from None
        if raw.errors and not raw.signals and (raw.frames is None or not len(raw.frames)):
            raise RecordingError(f"{path}: nothing could be read: {raw.errors[0]}")
        return _recording(path.name, digest, raw, dbc)


def format_of(name: str, data: bytes) -> Format:
    """The format of a file, by its content, or by its name where the content does not tell."""
    if not data:
        raise RecordingError("the file is empty")
    for known in FORMATS:
        if known.magic.match(data, 0, 4096):
            return known
    suffix = Path(name).suffix.lower()
    for known in FORMATS:
        if suffix in known.suffixes:
            return known
    names = ", ".join(f"{known.name} ({known.suffixes[0]})" for known in FORMATS)
    raise RecordingError(f"neither its content nor its name is of a known format: {names}")


def _recording(name: str, digest: Future[Any], raw: Raw, dbc: Dbc | None) -> Recording:
    signals: Mapping[str, Signal] = raw.signals
    undecoded = len(raw.frames) if raw.frames is not None else 0
    hashes: dict[str, str] = {}
    if raw.frames is not None and dbc is not None:
        from trialbench.dbc import Database, decode

        databases: dict[int | None, list[Database]] = {}
        for bus, file in _by_bus(dbc):
            database = Database.load(file)
            databases.setdefault(bus, []).append(database)
            prefix = "" if bus is None else f"{bus}:"
            hashes[f"{prefix}{Path(file).name}"] = database.sha256
        decoded = decode(raw.frames, databases)
        undecoded = decoded.undecoded_frames
        plain: MutableMapping[str, Signal] = dict(raw.signals)
        signals = ChainMap(plain, decoded) if plain else decoded  # type: ignore[arg-type]
    start, end = _extent(raw)
    sha256 = digest.result().hexdigest()
    return Recording(name, sha256, signals, start, end, raw.errors, raw.frames, undecoded, hashes)


def _by_bus(dbc: Dbc) -> Iterable[tuple[int | None, AnyPath]]:
    for bus, files in dbc.items() if isinstance(dbc, Mapping) else ((None, dbc),):
        one = isinstance(files, str) or hasattr(files, "__fspath__")
        for file in (files,) if one else files:  # type: ignore[union-attr]
            yield bus, file  # type: ignore[misc]


def _extent(raw: Raw) -> tuple[int, int]:
    """The first and the last instant of anything recorded; 0 and 0 where nothing was."""
    times = [signal.times_ns for signal in raw.signals.values()]
    if raw.frames is not None:
        times.append(raw.frames.times_ns)
    times = [each for each in times if each.size]
    if not times:
        return 0, 0
    return min(int(each[0]) for each in times), max(int(each[-1]) for each in times)
