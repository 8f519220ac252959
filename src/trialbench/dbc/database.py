"""A DBC file: its messages, and what is wrong with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from trialbench.dbc import other
from trialbench.dbc.parse import parse
from trialbench.encoding import as_text
from trialbench.errors import DbcError, EncodingError

if TYPE_CHECKING:
    import os

    from trialbench.dbc.model import MessageDef


@dataclass(frozen=True, eq=False)
class Database:
    """A DBC file, or one of another format (`other`), as far as it could be read.

    `problems` says in one line each what could not, by line, message and signal; `notes` say what
    was taken for granted: the encoding, where it is not UTF-8. `sha256` is the digest of the file's
    bytes. No two messages have the same identifier or the same name.
    """

    name: str
    sha256: str
    messages: tuple[MessageDef, ...]
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, encoding: str | None = None) -> Database:
        """Read a DBC file, leaving out what is wrong in it; or an ARXML, KCD or SYM file.

        `car.kcd#Motor` is the bus Motor of car.kcd, where there is no file of that whole name;
        `encoding` is that of the text where its bytes do not tell. Raises `DbcError` where the file
        cannot be read or describes no message, or where its bytes do not tell what its names are.
        """
        file, bus = file_and_bus(path)
        try:
            content = file.read_bytes()
        except OSError as error:
            raise DbcError(f"{file}: cannot be read: {error.strerror or error}") from None
        try:
            form = other.form_of(content)
            if form is not None:
                found = other.read(form, content, bus, encoding)
                return cls(Path(path).name, hashlib.sha256(content).hexdigest(), *found)
            text, told = as_text(content, encoding)
        except (DbcError, EncodingError) as error:
            raise DbcError(f"{file.name}: {error}") from None
        if "BO_" not in text:
            raise DbcError(f"{file.name}: no DBC file, or an empty one: no message (BO_) in it")
        if "\n" not in text:  # as old Macs wrote it
            text = text.replace("\r", "\n")
        messages, problems = parse(text)
        if not messages:
            why = f": {problems[0]}" if problems else ""
            raise DbcError(f"{file.name}: none of its messages can be used{why}")
        notes = (f"text read as {told}",) if told else ()
        return cls(file.name, hashlib.sha256(content).hexdigest(), messages, problems, notes)


def file_and_bus(path: str | os.PathLike[str]) -> tuple[Path, str | None]:
    """The file that a database is in, and the bus behind a `#`, if any."""
    file = Path(path)
    name, mark, bus = file.name.rpartition("#")
    if mark and name and bus and not file.exists():
        return file.with_name(name), bus
    return file, None
