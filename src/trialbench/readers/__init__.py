"""The one registry of recording formats: what a file is, and who reads it."""

from __future__ import annotations

import hashlib
import re
from collections import ChainMap
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from trialbench.damage import Damage
from trialbench.encoding import as_utf8
from trialbench.errors import DbcError, EncodingError, RecordingError
from trialbench.readers.packing import unpacked
from trialbench.readers.time_names import TIME_NAMES
from trialbench.readers.unread import refuse_unread
from trialbench.recording import Recording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from os import PathLike

    from trialbench.dbc import Database, Decoded
    from trialbench.readers.raw import Raw
    from trialbench.signal import Signal

    AnyPath = str | PathLike[str]
    Dbc = AnyPath | Iterable[AnyPath] | Mapping[int | None, AnyPath | Iterable[AnyPath]]


class Format(NamedTuple):
    """A format: its suffixes, how its content begins, and where its reader lies.

    `magic` is tried at the file's first byte (of text: in UTF-8, without its byte-order mark), or,
    as `module:function`, asks that function whether the content is the format's. `reader` is
    `module:function`, too; both are of this package and imported when they are needed. `is_text`
    says that the reader is given UTF-8, whatever the file's encoding; `takes_period`, that it is
    also given the caller's time from line to line.
    """

    name: str
    suffixes: tuple[str, ...]
    magic: re.Pattern[bytes] | str
    reader: str
    is_text: bool = False
    takes_period: bool = False

    def is_of(self, data: bytes) -> bool:
        """Whether the content tells that it is of this format."""
        if isinstance(self.magic, str):
            return bool(_function(self.magic)(data))
        return self.magic.match(data, 0, 4096) is not None

    def read(self, data: bytes, period_ns: int | None = None) -> Raw:
        """What the format's reader gives for `data`. Raises `RecordingError`."""
        reader = _function(self.reader)
        return reader(data, period_ns) if self.takes_period else reader(data)  # type: ignore[no-any-return]


def _function(where: str) -> Callable[..., Any]:
    module, _, name = where.partition(":")
    found: Callable[..., Any] = getattr(import_module(f"trialbench.readers.{module}"), name)
    return found


def _begins(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.IGNORECASE)


_TABLE_WITH_TIMES: Final = (
    rb"(?:[ \t]*(?:(?:#|//|%)[^\n]*|sep=.[ \t]*)?\r?\n)*[ \t]*(?:[#/%]+[ \t]*)?"  # lines before
    rb"\"?(?:(?:unnamed: 0|index|no\.?|row|#|)\"?[,;\t]\"?)?"  # a column that numbers the rows
    rb"(?:[a-z]+[ _])?(?:time(?:[ _]?stamps?|s)?|date[ _]?time|date|ts?|epoch|(?:milli|micro|nano)?seconds"
    rb"|" + "|".join((*TIME_NAMES, "Время")).encode() + rb")"
    rb"(?:[ _.-]?(?:in )?(?:[mun]|\xc2\xb5)?s(?:ec)?)?[ \t]*(?:[\[(][^\n\])]*[\])])?"
    rb"\"?[ \t]*(?:[,;\t|\n]|\r\n?|(?<= )\S)"
)
"""A header that begins with the name of a time, or of what numbers the rows and then a time's."""

FORMATS: Final = (
    Format("Vector BLF", (".blf",), re.compile(rb"LOGG"), "blf:read_blf"),
    Format("ASAM MDF 3", (".mdf", ".dat"), re.compile(rb"MDF     [23]\."), "mdf3:read_mdf3"),
    Format("ASAM MDF", (".mf4",), re.compile(rb"MDF     |UnFinMF "), "mf4:read_mf4"),
    Format("Parquet", (".parquet",), re.compile(rb"PAR1"), "parquet:read_parquet"),
    Format(
        "candump",
        (".log",),
        _begins(rb"\s*(?:[#;][^\n]*\n\s*)*\(\d+\.\d+\) +\S+ +[0-9a-f]{1,8}#"),
        "candump:read_candump",
        is_text=True,
    ),
    Format(
        "PEAK TRC",
        (".trc",),
        _begins(rb"\s*;\s*(?:\$FILEVERSION|#{9}|-{9})"),
        "trc:read_trc",
        is_text=True,
    ),
    Format(
        "Vector ASC",
        (".asc",),
        _begins(rb"\s*(?://[^\n]*\n\s*)*(?:date\s+\w{2,3}\w*\s|base\s+(?:hex|dec)\s)"),
        "asc:read_asc",
        is_text=True,
    ),
    Format(
        "python-can CSV",
        (".csv",),
        _begins(rb"timestamp,arbitration_id,extended,"),
        "csv:read_csv",
        is_text=True,
    ),
    Format(
        "table of CAN frames",
        (".txt",),
        "tables:is_table",
        "tables:read_table",
        is_text=True,
        takes_period=True,
    ),
    Format(
        "CSV",
        (".csv", ".tsv", ".txt"),
        _begins(_TABLE_WITH_TIMES),
        "csv:read_csv",
        is_text=True,
    ),
)
"""Every format that is read, in the order in which content is tried."""


def read(
    path: AnyPath,
    dbc: Dbc | None = None,
    *,
    encoding: str | None = None,
    period_ns: int | None = None,
) -> Recording:
    """Read the recording at `path`; `dbc` names the DBC file or files that decode its frames.

    With a mapping each DBC holds for its bus alone (None: for every bus). `encoding` is that of the
    recording's text and of the DBC files, where their bytes do not tell. `period_ns` is the time
    from line to line of a log without time stamps; else it is not used. Damage is told in the
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
            raw = _unpacked(path.name, data, encoding, period_ns)
        except (RecordingError, EncodingError) as error:
            raise RecordingError(f"{path}: {error}") from None
        nothing = not raw.signals and not raw.skipped_events and not len(raw.frames or ())
        if raw.errors and nothing:
            raise RecordingError(f"{path}: nothing could be read: {raw.errors[0]}")
        return _recording(path.name, digest, raw, _databases(dbc, encoding))


def _unpacked(name: str, data: bytes, encoding: str | None, period_ns: int | None) -> Raw:
    """What is read of the file, taken out of its packing; damage of that is damage of the recording."""
    found = unpacked(name, data)
    raw = _raw(found.name, found.data, encoding, period_ns)
    if not found.layers:
        return raw
    notes = (f"taken out of {', in '.join(reversed(found.layers))}", *raw.notes)
    if not found.damage:
        return replace(raw, notes=notes)
    since = None if found.anywhere else _extent(raw)[1]
    lost = Damage("the packing", found.damage, since, None)
    return replace(raw, notes=notes, errors=(*raw.errors, lost))


def _raw(name: str, data: bytes, encoding: str | None, period_ns: int | None) -> Raw:
    for known in FORMATS:
        if not known.is_text and known.is_of(data):
            return known.read(data)
    refuse_unread(name, data, by_suffix=False)
    text, told = as_utf8(data, encoding)
    if not told:
        return format_of(name, text).read(text, period_ns)
    try:
        raw = format_of(name, text).read(text, period_ns)
    except RecordingError as error:
        raise RecordingError(f"{error} (text read as {told})") from None
    return replace(raw, notes=(f"text read as {told}", *raw.notes))


_NAMES_THAT_TELL: Final = (".asc", ".trc")


def format_of(name: str, data: bytes) -> Format:
    """The format of a file, by its content, or by its name where the content does not tell."""
    if not data:
        raise RecordingError("the file is empty")
    by_content = next((known for known in FORMATS if known.is_of(data)), None)
    suffix = Path(name).suffix.lower()
    by_name = next((known for known in FORMATS if suffix in known.suffixes), None)
    # A word for a time is little against a name that only one format has: its head may be harmed.
    if by_content and not (by_content.name == "CSV" and suffix in _NAMES_THAT_TELL):
        return by_content
    if by_name:
        return by_name
    refuse_unread(name, data, by_suffix=True)
    names = ", ".join(f"{known.name} ({known.suffixes[0]})" for known in FORMATS)
    raise RecordingError(
        f"neither its content nor its name is of a known format: {names}. Export its frames as Vector "
        "ASC or BLF, its signals as CSV (first column time in seconds) or Parquet"
    )


def _recording(
    name: str, digest: Future[Any], raw: Raw, databases: Mapping[int | None, Sequence[Database]]
) -> Recording:
    hashes: dict[str, str] = {}
    problems: list[str] = []
    notes = list(raw.notes)
    for bus, database in ((bus, each) for bus, listed in databases.items() for each in listed):
        hashes[f"{'' if bus is None else f'{bus}:'}{database.name}"] = database.sha256
        problems += (f"{database.name}: {problem}" for problem in database.problems)
        notes += (f"{database.name}: {note}" for note in database.notes)
    decoded = _decoded(raw, databases)
    start, end = _extent(raw)
    return Recording(
        name=name,
        sha256=digest.result().hexdigest(),
        signals=raw.signals if decoded is None else _joined(raw.signals, decoded),
        start_ns=start,
        end_ns=end,
        errors=raw.errors if decoded is None else (*raw.errors, *decoded.errors),
        frames=raw.frames,
        undecoded_frames=decoded.undecoded_frames if decoded else len(raw.frames or ()),
        dbc_sha256=hashes,
        dbc_problems=tuple(problems),
        decoded=decoded,
        notes=tuple(notes) if decoded is None else (*notes, *decoded.notes),
        skipped_events=raw.skipped_events,
    )


def _databases(dbc: Dbc | None, encoding: str | None) -> dict[int | None, list[Database]]:
    databases: dict[int | None, list[Database]] = {}
    for bus, file in _by_bus(dbc):
        databases.setdefault(bus, []).append(_database(file, encoding))
    return databases


def _database(path: AnyPath, encoding: str | None) -> Database:
    """The DBC file, parsed once while it stays the same: many recordings are read with one."""
    from trialbench.dbc.database import file_and_bus

    try:
        state = file_and_bus(path)[0].stat()
    except OSError as error:
        raise DbcError(f"{path}: {error.strerror or error}") from None
    return _parsed(str(path), state.st_mtime_ns, state.st_size, encoding)


@lru_cache(maxsize=16)
def _parsed(path: str, _modified_ns: int, _size: int, encoding: str | None) -> Database:
    from trialbench.dbc import Database  # not needed for plain signals

    return Database.load(path, encoding=encoding)


def _decoded(raw: Raw, databases: Mapping[int | None, Sequence[Database]]) -> Decoded | None:
    if raw.frames is None or not databases:
        return None
    from trialbench.dbc import decode

    return decode(raw.frames, databases)


def _joined(plain: Mapping[str, Signal], decoded: Decoded) -> Mapping[str, Signal]:
    """Plain channels beside decoded ones, as some MDF files hold them; a plain one goes first."""
    return ChainMap(dict(plain), decoded) if plain else decoded  # type: ignore[arg-type]


def _by_bus(dbc: Dbc | None) -> Iterable[tuple[int | None, AnyPath]]:
    if dbc is None:
        return
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
