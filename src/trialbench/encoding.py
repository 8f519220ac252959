"""Bytes become text here, and nowhere else: recordings, DBC files, protocols, names in zips."""

from __future__ import annotations

from typing import Final

_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


def as_utf8(data: bytes, encoding: str | None = None) -> tuple[bytes, str]:
    """The text in UTF-8 without a byte-order mark, and the encoding taken where it was another one.

    Bytes that belong to no character are left as they are.
    """
    if data.isascii():
        return data, ""
    for mark, known in _MARKS:
        if data.startswith(mark):
            rest = data[len(mark) :]
            if known == "utf-8":
                return rest, ""
            return rest.decode(known, "replace").encode(), known.upper()
    if encoding:
        return data.decode(encoding, "replace").encode(), encoding.upper()
    return data, ""
