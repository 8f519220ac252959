"""Reading the lists: each becomes rows that know the line they stand on.

A line that cannot be read becomes a Fault, so that the import names them all at once.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from jointlab.common.errors import Refusal

CORE = Path(__file__).parent / "core"
ESCO = "http://data.europa.eu/esco/"
# What a file raises that is no such file, or only the beginning of one; an archive that is encrypted
# or packed in a way that is not known here raises RuntimeError.
UNREADABLE = (
    UnicodeDecodeError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,
    csv.Error,
    KeyError,
)
ESCO_KINDS = {"knowledge": "knowledge", "skill/competence": "skill", "": "skill"}


@dataclass(frozen=True)
class Row:
    """A row of a list: `above` are the codes of what is broader, `values` the model's columns."""

    place: str
    code: str
    above: tuple[str, ...] = ()
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """A line that cannot be used, and why."""

    place: str
    why: str


@dataclass(frozen=True)
class Source:
    """A list to be imported. `open_ended`: what is above a row may lie outside of the list."""

    scheme: str
    name: str
    sha256: str
    rows: Callable[[], Iterator[Row | Fault]]
    open_ended: bool = False


def core_fields() -> Source:
    """Return the fields of joint laboratories that come with this room."""
    return _source("core", [CORE / "fields.csv"], lambda: _core(CORE / "fields.csv", "parent"))


def core_skills() -> Source:
    """Return the skills of joint laboratories that come with this room."""
    return _source("core", [CORE / "skills.csv"], lambda: _core(CORE / "skills.csv", "broader"))


def nsfc(path: Path) -> Source:
    """Return the codes of the Chinese natural science foundation, as TaxoExt writes them."""
    return _source("nsfc", [path], lambda: _nsfc(path))


def ford(path: Path) -> Source:
    """Return the OECD's fields of research and development: code, label, parent."""
    return _source("ford", [path], lambda: _ford(path))


def fields_in(path: Path) -> list[Source]:
    """Return the lists of fields in a file, or anywhere in a folder: *.jl and *.csv."""
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    read = {".jl": nsfc, ".csv": ford}
    found = [read[file.suffix](file) for file in files if file.suffix in read]
    if not found:
        raise Refusal(_("There is no list of fields in %(path)s: *.jl or *.csv.") % {"path": path})
    return found


def esco(folder: Path) -> Source:
    """Return ESCO's skills and their groups from its two archives of CSV files."""
    archives = [_only_file(folder, f"*{part}*csv.zip") for part in ("classification", "relations")]
    return _source("esco", archives, lambda: _esco(*archives), open_ended=True)


def _source(
    scheme: str, files: list[Path], rows: Callable[[], Iterator[Row | Fault]], **more: Any
) -> Source:
    digests = []
    for path in files:
        with _describing_unreadable(path.name), path.open("rb") as file:
            digests.append(hashlib.file_digest(file, "sha256").digest())
    # One file's own hash, as anybody computes it; of several, that over their hashes.
    whole = digests[0] if len(files) == 1 else hashlib.sha256(b"".join(digests)).digest()
    return Source(scheme, ", ".join(path.name for path in files), whole.hex(), rows, **more)


def _core(path: Path, above: str) -> Iterator[Row | Fault]:
    with path.open("rb") as file:
        for place, cells in _read_table(file, path.name, "code", above, "name_en"):
            code, broader = cells.pop("code"), cells.pop(above)
            yield Row(place, code, (broader,) if broader else (), cells)


def _ford(path: Path) -> Iterator[Row | Fault]:
    with _describing_unreadable(path.name), path.open("rb") as file:
        for place, cells in _read_table(file, path.name, "code", "label", "parent"):
            above = (cells["parent"],) if cells["parent"] else ()
            yield Row(place, cells["code"], above, {"name_en": cells["label"]})


def _nsfc(path: Path) -> Iterator[Row | Fault]:
    with _describing_unreadable(path.name), path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            place = _place_of_line(path.name, number)
            try:
                node = json.loads(line)
                names = {"name_zh": node["name"], "name_en": node["name_en"]}
                row = Row(place, node["_id"], tuple(node["parents"][:1]), names)
                strings = [row.code, *row.above, *names.values()]
            except (ValueError, KeyError, TypeError, RecursionError):
                strings = [None]
            if all(isinstance(text, str) for text in strings):
                yield row
            else:
                yield Fault(place, _("no code with its names and parents"))


def _esco(classification: Path, relations: Path) -> Iterator[Row | Fault]:
    with _describing_unreadable(relations.name), zipfile.ZipFile(relations) as archive:
        broader: dict[str, list[str]] = defaultdict(list)
        name = "broaderRelationsSkillPillar.csv"
        with archive.open(name) as file:
            for _place, cells in _read_table(file, name, "conceptUri", "broaderUri"):
                broader[cells["conceptUri"]].append(cells["broaderUri"].removeprefix(ESCO))
    with _describing_unreadable(classification.name), zipfile.ZipFile(classification) as archive:
        for name in ("skillGroups_en.csv", "skills_en.csv"):
            with archive.open(name) as file:
                for place, cells in _read_table(file, name, "conceptUri", "preferredLabel"):
                    uri = cells["conceptUri"]
                    above = tuple(dict.fromkeys(broader[uri]))
                    yield Row(place, uri.removeprefix(ESCO), above, _esco_values(cells))


def _esco_values(cells: dict[str, str]) -> dict[str, str]:
    group = cells.get("conceptType") == "SkillGroup"
    return {
        "name_en": cells["preferredLabel"],
        "description_en": cells.get("description", ""),
        "uri": cells["conceptUri"],
        "kind": "group" if group else ESCO_KINDS.get(cells.get("skillType", ""), "skill"),
        "reuse_level": cells.get("reuseLevel", ""),
    }


def _read_table(file: IO[bytes], name: str, *needed: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each row of a CSV file with its place; a short row's missing cells are empty."""
    with io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:
        reader = csv.DictReader(text, restval="")
        if missing := set(needed) - set(reader.fieldnames or ()):
            columns = ", ".join(sorted(missing))
            raise Refusal(
                _("%(file)s lacks the columns %(columns)s.") % {"file": name, "columns": columns}
            )
        for cells in reader:
            whole = {key: value.strip() for key, value in cells.items() if key is not None}
            yield _place_of_line(name, reader.line_num), whole


def _place_of_line(name: str, line: int) -> str:
    return _("%(file)s, line %(line)s") % {"file": name, "line": line}


def _only_file(folder: Path, pattern: str) -> Path:
    found = sorted(folder.rglob(pattern))
    if len(found) != 1:
        raise Refusal(
            _("%(folder)s must hold one %(pattern)s; it holds %(count)s.")
            % {"folder": folder, "pattern": pattern, "count": len(found)}
        )
    return found[0]


@contextmanager
def _describing_unreadable(name: str) -> Iterator[None]:
    """Say in one line what is wrong with a whole file."""
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
    except UNREADABLE as error:
        why = str(error)
    else:
        return
    raise Refusal(_("%(file)s cannot be read: %(why)s.") % {"file": name, "why": why})
