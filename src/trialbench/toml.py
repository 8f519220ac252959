"""TOML as protocols and artefacts have it, whoever wrote it."""

from __future__ import annotations

import tomllib
from typing import Any, Final

from trialbench.encoding import as_exact_text
from trialbench.errors import EncodingError

MAX_BYTES: Final = 4 << 20
_DEEPEST: Final = 32
_MOST_DOTS: Final = 1000  # in a line: a key of as many parts would take minutes
_TOO_WIDE: Final = "a whole number has more than 64 bits"


def read_toml(data: bytes) -> dict[str, Any]:
    """The tables of a text in UTF-8, with whole numbers of 64 bits (TOML 1.0.0) and 32 tables deep.

    Raises `ValueError` saying what is wrong with it.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES >> 20} MiB")
    try:
        text = as_exact_text(data)
    except EncodingError as error:
        raise ValueError(str(error)) from None
    _check_lines(text)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"not TOML: {error}{_advice(data)}") from None
    except ValueError:  # from int, of more digits than Python reads
        raise ValueError(_TOO_WIDE) from None
    except RecursionError:
        raise ValueError(f"nested more than {_DEEPEST} deep") from None
    _check(tables)
    return tables


def _check_lines(text: str) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > _MOST_DOTS:
            raise ValueError(f"line {number} has more than {_MOST_DOTS} dots")


def _advice(data: bytes) -> str:
    return "" if data.isascii() else "; a name outside ASCII is written in quotes"


def _check(tables: dict[str, Any]) -> None:
    """Level by level: what is too deep for a recursion must not be met by one."""
    level: list[tuple[str, Any]] = [("", tables)]
    for _ in range(_DEEPEST):
        inner: list[tuple[str, Any]] = []
        for key, each in level:
            if isinstance(each, dict):
                inner += each.items()
            elif isinstance(each, list):
                inner += [(key, one) for one in each]
            elif isinstance(each, int) and not -(1 << 63) <= each < 1 << 63:
                raise ValueError(f"{key}: {_TOO_WIDE}")
        level = inner
    if level:
        raise ValueError(f"nested more than {_DEEPEST} deep")
