"""Bytes become text here, and nowhere else: recordings, DBC files, protocols, names in zips.

In order: a byte-order mark; UTF-16 by its zero bytes; UTF-8, if all of it is well-formed; the
caller's `encoding`; then GB18030, CP949, Shift-JIS, Big5 or CP1252 where one of them is clearly the
likeliest (`writing`). Where none is, nothing is guessed: the bytes stand for no character, and the
remedy is told.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from trialbench.errors import EncodingError

if TYPE_CHECKING:
    from collections.abc import Iterator

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
"""Stands for bytes that belong to no character; no name may hold it."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8", ""),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_CLEAR: Final = 5.0  # nats by which one encoding must be likelier than another: 150 to 1
_UNLIKELY: Final = 4.0  # nats by which any encoding but those here is less likely beforehand
_FLIPS: Final = 2  # so few bytes outside ASCII may be damage of a file that had none
_CHUNK: Final = 1 << 20
_MOST_CHUNKS: Final = 4
_ENOUGH: Final = 1 << 16  # bytes by which an encoding is told
_LONGEST: Final = 256
_HEAD: Final = 4096
_ASCII: Final = bytes(range(0x80))
_LONG_FORM: Final = re.compile(rb"[\xe0-\xff]")
_SIDE_BY_SIDE: Final = re.compile(rb"[\x80-\xff]{2}")
_TOKEN: Final = re.compile(rb"[\x80-\xff][0-9@-\xff]*+")
"""From a byte outside ASCII to one that no encoding here has as a character's later byte."""


class Reading(NamedTuple):
    """How bytes are read: Python's codec, after a mark of so many bytes.

    `name` is empty for well-formed UTF-8. `rivals` names the encodings that are about as likely;
    where there are any, none of them was taken.
    """

    codec: str
    name: str = ""
    mark: int = 0
    rivals: tuple[str, ...] = ()

    def text(self, data: bytes) -> str:
        """The text of `data`; bytes that belong to no character become U+FFFD."""
        return data[self.mark :].decode(self.codec, "replace")

    def described(self, *, marred: bool) -> str:
        """What completes "text read as …", with the remedy; empty for well-formed UTF-8."""
        if not marred:
            return self.name
        remedy = " or ".join(f"--encoding {name.lower().replace('-', '_')}" for name in self.rivals)
        if remedy:
            return f"{self.name}, though it may be {' or '.join(self.rivals)}: say {remedy}"
        return (
            f"{self.name}, with bytes that are no character of it: say --encoding if it is another"
        )


def as_utf8(data: bytes, encoding: str | None = None) -> tuple[bytes, str]:
    """The text in UTF-8 without a byte-order mark, and how it was read, where not as plain UTF-8.

    How it was read completes "text read as …". Bytes that belong to no character remain, or become
    U+FFFD. Raises `EncodingError` for an `encoding` that is not known.
    """
    found = reading(data, encoding)
    if found.codec == "utf-8":
        return data[found.mark :], found.described(marred=bool(found.name))
    text = found.text(data)
    return text.encode(), found.described(marred=REPLACEMENT in text)


def as_text(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text, composed (NFC), and how it was read, where not as plain UTF-8.

    For text whose names count. Bytes that belong to no character become U+FFFD. Raises
    `EncodingError` where two encodings are about as likely, or `encoding` is not known.
    """
    found = reading(data, encoding)
    if len(found.rivals) > 1 and not _are_flips(data):
        raise EncodingError(f"not to be told from its bytes: {found.described(marred=True)}")
    text = found.text(data)
    if found.rivals:  # a backslash behind such bytes may be the second half of a character
        text = text.replace(f"{REPLACEMENT}\\", 2 * REPLACEMENT)
    return unicodedata.normalize("NFC", text), found.described(marred=REPLACEMENT in text)


def _are_flips(data: bytes) -> bool:
    """Whether the bytes outside ASCII may be damage: so few, and no two side by side."""
    return len(data.translate(None, _ASCII)) <= _FLIPS and not _SIDE_BY_SIDE.search(data)


def as_exact_text(data: bytes) -> str:
    """The text of a file in UTF-8, or in UTF-16 by its mark, composed (NFC).

    For what is frozen by its bytes: what they say must not hang on a guess. Raises `EncodingError`.
    """
    found = reading(data, "utf-8")
    try:
        return unicodedata.normalize("NFC", data[found.mark :].decode(found.codec))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, found.mark + error.start) + 1
        likely = reading(data).name
        seen = f" (it looks like {likely})" if likely != "UTF-8" else ""
        raise EncodingError(f"line {line} is not UTF-8{seen}: save the file as UTF-8") from None


def reading(data: bytes, encoding: str | None = None, western: str = "cp1252") -> Reading:
    """How these bytes are to be read; `western` is the encoding for western languages.

    Raises `EncodingError` for an `encoding` that is not known.
    """
    if encoding is not None:
        _check(encoding)
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return Reading(codec, name, len(mark))
    wide = _utf16(data[:_HEAD])
    if wide:
        return Reading(wide, "UTF-16")
    if data.isascii():
        return Reading("utf-8")
    form = _utf8(data)
    if form is _Utf8.CERTAIN:
        return Reading("utf-8")
    if form is _Utf8.SHORT:  # a Chinese word or two in GB18030 can be well-formed UTF-8
        likely = _likeliest(data, western)
        if likely.codec == "utf-8":
            return Reading("utf-8")
    elif encoding is None:
        return _likeliest(data, western)
    return likely if encoding is None else _given(encoding)


def _check(encoding: str) -> None:
    try:
        b"a".decode(encoding)
    except UnicodeError:  # of UTF-16 this is half a character
        return
    except (LookupError, ValueError):  # ValueError: a NUL in its name
        raise EncodingError(
            f"no encoding {encoding!r} is known: say one as cp949, gb18030, shift_jis, big5, cp1252"
        ) from None


def _given(encoding: str) -> Reading:
    return Reading(codecs.lookup(encoding).name, encoding.upper())


def _utf16(head: bytes) -> str:
    """UTF-16 without a mark: of what is ASCII in it, every other byte is zero."""
    if b"\0" not in head:
        return ""
    even, odd, pairs = head[::2].count(0), head[1::2].count(0), len(head) // 2
    if min(even, odd) * 20 > pairs or max(even, odd) * 10 < pairs * 3:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


class _Utf8(Enum):
    NOT = 0
    SHORT = 1  # well-formed, by characters of two bytes alone
    CERTAIN = 2


def _utf8(data: bytes) -> _Utf8:
    """Whether all of it is well-formed, looked at piece by piece: a string of all would be large."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(data), _CHUNK):
            piece = data[at : at + _CHUNK]
            if decoder.getstate()[0] or not piece.isascii():
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _Utf8.NOT
    return _Utf8.CERTAIN if any(map(_LONG_FORM.search, _outside_ascii(data))) else _Utf8.SHORT


def _likeliest(data: bytes, western: str) -> Reading:
    """The clearly likeliest reading; else UTF-8, with those that are about as likely."""
    from trialbench.encoding.writing import UNKNOWN, UTF8, legacy  # seldom needed

    tokens = _tokens(data)
    likely = {each: each.likelihood(tokens) for each in (UTF8, *legacy(western))}
    likely[UNKNOWN] = UNKNOWN.likelihood(tokens) - _UNLIKELY
    best = max(likely.values())
    close = [each for each, nats in likely.items() if best - nats < _CLEAR]
    texts = {tuple(token.decode(each.codec, "replace") for token in tokens) for each in close}
    if len(texts) == 1 and not {UTF8, UNKNOWN}.intersection(close):
        return Reading(close[0].codec, close[0].name)
    rivals = tuple(each.name for each in close if each not in (UTF8, UNKNOWN))
    return Reading("utf-8", "UTF-8", rivals=rivals)


def _tokens(data: bytes) -> tuple[bytes, ...]:
    """The different pieces that hold bytes outside ASCII, as many as tell."""
    found: dict[bytes, None] = {}
    size = 0
    for lines in _outside_ascii(data):
        for match in _TOKEN.finditer(lines):
            token = match[0][:_LONGEST]
            size += 0 if token in found else len(token)
            found[token] = None
            if size > _ENOUGH:
                return tuple(found)
    return tuple(found)


def _outside_ascii(data: bytes) -> Iterator[bytes]:
    """The first pieces, of whole lines, that hold bytes outside ASCII."""
    at = given = 0
    while at < len(data) and given < _MOST_CHUNKS:
        end = data.find(b"\n", at + _CHUNK) + 1 or len(data)
        lines = data[at:end]
        if not lines.isascii():
            given += 1
            yield lines
        at = end
