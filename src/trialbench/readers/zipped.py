"""The one recording in a zip (PKWARE APPNOTE 6.3), also where its end is missing."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import replace
from io import BytesIO
from pathlib import PurePosixPath
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from trialbench.errors import RecordingError
from trialbench.readers.inflating import Unpacked, gathered, inflated_pieces

_LOCAL: Final = struct.Struct("<4s5H3I2H")
"""A local file header: mark, version, flags, method, time, date, checksum, two sizes, two lengths."""
_MARK: Final = b"PK\x03\x04"
_STORED, _DEFLATED = 0, 8
_NO_RECORDING: Final = re.compile(
    r"/$|(?:^|/)(?:\.|__MACOSX/|Thumbs\.db$|desktop\.ini$)|(?:^|/)(?:readme|licen[cs]e)[^/]*$"
    r"|\.(?:md|dbc|pdf|png|jpe?g|html?)$",
    re.IGNORECASE,
)


def from_zip(_name: str, data: bytes) -> Unpacked:
    """The one file of the zip that may be a recording.

    Raises `RecordingError` where there is none, or are several (naming them), or it is locked.
    """
    try:
        with ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
    except (BadZipFile, ValueError, NotImplementedError, struct.error):
        entries = _by_their_headers(data)
    if any(entry.filename == "[Content_Types].xml" for entry in entries):
        raise RecordingError("this is an Office document, which is not read: save its table as CSV")
    chosen = [entry for entry in entries if not _NO_RECORDING.search(entry.filename)]
    if len(chosen) != 1:
        names = ", ".join(entry.filename for entry in chosen[:8]) + ", …" * (len(chosen) > 8)
        several = f"{len(chosen)} files ({names}): unpack it, and give its recordings one by one"
        raise RecordingError(f"the zip holds {several if chosen else 'no recording'}")
    return _member(data, chosen[0])


def _by_their_headers(data: bytes) -> list[ZipInfo]:
    """The files of a zip whose list, at its end, is missing."""
    entries = []
    at = 0
    while 0 <= at <= len(data) - _LOCAL.size:
        _, _, flags, method, _, _, checksum, packed, size, name, more = _LOCAL.unpack_from(data, at)
        begin = at + _LOCAL.size
        entry = ZipInfo(data[begin : begin + name].decode("utf-8", "replace") or "?")
        entry.header_offset, entry.flag_bits, entry.compress_type = at, flags, method
        entry.CRC, entry.compress_size, entry.file_size = checksum, packed, size
        entries.append(entry)
        at = data.find(_MARK, begin + name + more + packed)
    return entries


def _member(data: bytes, entry: ZipInfo) -> Unpacked:
    name = PurePosixPath(entry.filename).name
    at = entry.header_offset
    if data[at : at + 4] != _MARK or at + _LOCAL.size > len(data):
        raise RecordingError(f"byte {at}: no header of {name} in the zip")
    if entry.flag_bits & 1:
        raise RecordingError(f"{name} in the zip is locked by a password: unpack it")
    *_, name_size, more = _LOCAL.unpack_from(data, at)
    begin = at + _LOCAL.size + name_size + more
    end = begin + entry.compress_size if entry.compress_size else len(data)
    packed = data[begin:end]
    if entry.compress_type == _STORED:
        found = Unpacked(name, packed)
    elif entry.compress_type == _DEFLATED:
        found = gathered(name, inflated_pieces(packed), max(len(packed), 1))
    else:
        cause = f"is packed by method {entry.compress_type}: unpack it"
        raise RecordingError(f"{name} in the zip {cause}")
    if found.damage:
        return found
    if end > len(data):
        return replace(found, damage="the zip ends early")
    if entry.CRC and zlib.crc32(found.data) != entry.CRC:
        cause = "the zip's checksum does not fit: any part may be wrong"
        return replace(found, damage=cause, anywhere=True)
    return found
