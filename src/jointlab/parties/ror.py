"""Reading the Research Organization Registry's data: one organisation a line, gzipped or not.

Two shapes are read: the registry's own (schema 2, https://ror.readme.io/docs/ror-data-structure)
and one reduced to common fields: names as [text, language, kinds], country as its code.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jointlab.parties.codes import is_ror, ror_of

# The first type that is listed here says what an organisation is; the rest are institutes.
KINDS = {"education": "university", "company": "enterprise", "government": "authority"}
LONGEST = 200

# Of names, those that stand first are taken.
_ORDER = ("label", "alias")
# The language of the place, and how the script is written there.
_AT_HOME = {"CN": ("zh", "zh-Hans"), "TW": ("zh", "zh-Hant"), "HK": ("zh", "zh-Hant")}
_AT_HOME |= {"KR": ("ko", "ko"), "JP": ("ja", "ja"), "DE": ("de", "de"), "AT": ("de", "de")}

_NOT_LATIN = re.compile("[\u0250-\u1dff\u2e80-\uffff]")


@dataclass(frozen=True)
class Name:
    """A name as the registry has it; language is empty where it does not say."""

    text: str
    language: str
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """An organisation as the registry has it."""

    ror: str
    names: tuple[Name, ...]
    main: str
    types: tuple[str, ...]
    country: str
    website: str
    active: bool

    def values(self) -> dict[str, str | None]:
        """Return what `add_organisation` takes."""
        own, language = self._own()
        english = self._in("en") or ("" if _NOT_LATIN.search(self.main) else self.main)
        return {
            "name_own": own,
            "language_own": language,
            "name_en": english,
            "name_zh": self._in("zh"),
            "name_ko": self._in("ko"),
            "kind": next((KINDS[kind] for kind in self.types if kind in KINDS), "institute"),
            "ror": self.ror,
            "country": self.country,
            "website": self.website,
        }

    def _in(self, language: str) -> str:
        return next((name.text for name in self.names if name.language == language), "")

    def _own(self) -> tuple[str, str]:
        """Return the name in the language of the place, else the main one, with its language."""
        language, written = _AT_HOME.get(self.country, ("", ""))
        if language and (text := self._in(language)):
            return text, written
        said = next((name.language for name in self.names if name.text == self.main), "")
        return self.main, said or "und"


@dataclass(frozen=True)
class Fault:
    """A line that could not be read, and why."""

    line: int
    problem: str


def read(path: Path) -> Iterator[Entry | Fault]:
    """Yield every organisation of a file, and each line that is none."""
    opened: Any = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                try:
                    yield entry_of(json.loads(line))
                except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
                    yield Fault(number, str(error) or type(error).__name__)


@lru_cache(maxsize=1)
def _cached_entries(path: Path, changed: int) -> tuple[Entry, ...]:
    return tuple(entry for entry in read(path) if isinstance(entry, Entry) and entry.active)


def registry_file() -> Path | None:
    """Return the registry's data below JOINTLAB_DATA, where it is there."""
    folder = os.environ.get("JOINTLAB_DATA")
    file = Path(folder) / "organisations-ror" / "ror_subset.jsonl.gz" if folder else None
    return file if file and file.is_file() else None


def entries(path: Path | None) -> tuple[Entry, ...]:
    """Return the active organisations of a file; read once, until it changes."""
    if path is None:
        return ()
    return _cached_entries(path, path.stat().st_mtime_ns)


def find(path: Path | None, words: str, most: int = 50) -> list[Entry]:
    """Return the organisations of which a name contains every word, or that have this id."""
    wanted = words.casefold().split()
    if not wanted:
        return []
    found = []
    for entry in entries(path):
        names = " ".join(name.text for name in entry.names).casefold()
        if all(word in names for word in wanted) or entry.ror == ror_of(words):
            found.append(entry)
    return sorted(found, key=lambda entry: len(entry.main))[:most]


def get(path: Path | None, ror: str) -> Entry | None:
    """Return the organisation of that id."""
    return next((entry for entry in entries(path) if entry.ror == ror), None)


def entry_of(record: dict[str, Any]) -> Entry:
    """Return one record; raises ValueError and its kin where it is none."""
    ror = ror_of(record["id"])
    if not is_ror(ror):
        raise ValueError(f"{record['id']!r} is no ROR id")
    names = tuple(sorted(map(_name, record["names"]), key=_rank))
    main = record.get("name") or _main(record["names"])
    if not main or not isinstance(main, str):
        raise ValueError("it has no name")
    return Entry(
        ror=ror,
        names=names,
        main=main[:LONGEST],
        types=tuple(record["types"]),
        country=record["country"] if "country" in record else _country(record),
        website=next(map(_link, record.get("links", ())), ""),
        active=record.get("status", "active") == "active",
    )


def _name(name: Any) -> Name:
    if isinstance(name, dict):
        text, language, kinds = name["value"], name.get("lang"), name["types"]
    else:
        text, language, kinds = name
    return Name(text[:LONGEST], language or "", tuple(kinds))


def _rank(name: Name) -> int:
    return min((_ORDER.index(kind) for kind in name.kinds if kind in _ORDER), default=len(_ORDER))


def _main(names: list[dict[str, Any]]) -> str:
    shown = (name["value"] for name in names if "ror_display" in name["types"])
    text: str = next(shown, names[0]["value"])
    return text


def _country(record: dict[str, Any]) -> str:
    code: str = record["locations"][0]["geonames_details"]["country_code"]
    return code


def _link(link: Any) -> str:
    text: str = link["value"] if isinstance(link, dict) else link
    return text
