"""A DBC file: its messages, and what is wrong with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from trialbench.dbc.parse import parse
from trialbench.errors import DbcError

if TYPE_CHECKING:
    import os

    from trialbench.dbc.model import MessageDef


@dataclass(frozen=True, eq=False)
class Database:
    """A DBC file as far as it could be read.

    `problems` says in one line each what could not, by line, message and signal; `sha256` is the
    digest of the file's bytes. No two messages have the same identifier or the same name.
    """

    name: str
    sha256: str
    messages: tuple[MessageDef, ...]
    problems: tuple[str, ...] = ()

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Database:
        """Read a DBC file, leaving out what is wrong in it.

        Raises `DbcError` where the file cannot be read or describes no message.
        """
        file = Path(path)
        try:
            content = file.read_bytes()
        except OSError as error:
            raise DbcError(f"{file}: cannot be read: {error.strerror or error}") from None
        if b"BO_" not in content:
            raise DbcError(f"{file.name}: no DBC file, or an empty one: no message (BO_) in it")
        messages, problems = parse(_text(content))
        if not messages:
            why = f": {problems[0]}" if problems else ""
            raise DbcError(f"{file.name}: none of its messages can be used{why}")
        return cls(file.name, hashlib.sha256(content).hexdigest(), messages, problems)


def _text(content: bytes) -> str:
    """DBC files name no encoding: UTF-8 where it fits, else what CANdb++ writes."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")
