"""A table of the protocol's text, read key by key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from trialbench.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable

_NAME: Final = re.compile(r"[^\W\d]\w*")


class Table:
    """A TOML table that is emptied as it is read; what is left over is refused by name."""

    def __init__(self, where: str, content: object) -> None:
        if not isinstance(content, dict):
            raise ProtocolError(f"{where}: must be a table, not {content!r}")
        self.where, self._left = where, dict(content)
        self._known: list[str] = []

    def __contains__(self, key: str) -> bool:
        return key in self._left

    def place(self, key: str) -> str:
        """The key with the tables that it lies in."""
        return f"{self.where}.{key}" if self.where else key

    def take(
        self,
        key: str,
        read: Callable[[object], object],
        default: object = None,
        *,
        must: bool = False,
    ) -> Any:
        """The value of `key` as `read` makes it; `read` raises `ValueError` saying what is wrong."""
        self._known.append(key)
        if key not in self._left:
            if must:
                raise ProtocolError(f"{self.place(key)}: is missing")
            return default
        try:
            return read(self._left.pop(key))
        except ValueError as error:
            raise ProtocolError(f"{self.place(key)}: {error}") from None

    def table(self, key: str, *, must: bool = False) -> Table:
        """A table inside; an empty one where it is missing and need not be there."""
        return Table(self.place(key), self.take(key, lambda content: content, {}, must=must))

    def tables(self) -> dict[str, Table]:
        """The rest of this table: name → table."""
        named = {key: Table(self.place(key), content) for key, content in self._left.items()}
        self._left = {}
        for key in named:
            if not _NAME.fullmatch(key):
                raise ProtocolError(
                    f"{self.place(key)}: {key!r} is no name (letters, digits and _, no digit first)"
                )
        return named

    def done(self) -> None:
        """Refuse what nobody has taken."""
        if self._left:
            known = ", ".join(self._known)
            raise ProtocolError(
                f"{self.place(next(iter(self._left)))}: unknown key (known here: {known})"
            )
