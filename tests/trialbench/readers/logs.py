"""Sound logs of lines, and what their formats prescribe: grammars written apart from the readers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_HH: Final = rb"[0-9A-Fa-f]{2}"
_FD_BYTES: Final = rb"(?:" + b"|".join(
    rb"(?:%s){%d}" % (_HH, n) for n in (64, 48, 32, 24, 20, 16, 12, *range(8, -1, -1))
) + rb")"  # fmt: skip
_CANDUMP: Final = re.compile(
    rb"\(\d{1,10}\.\d{6}\) +[!-.0-~]{1,15} +(?:"
    rb"(?:[0-7][0-9A-Fa-f]{2}|[0-3][0-9A-Fa-f]{7})#(?:R[0-8]?|(?:%s){0,8})"
    rb"|(?:[0-7][0-9A-Fa-f]{2}|[01][0-9A-Fa-f]{7})##[0-7]%s"
    rb"|[0-9A-Fa-f]{2}[0-7][0-9A-Fa-f]{2}#%s:%s:(?:%s){4}#(?:%s)+)(?: [RTrt])?"
    % (_HH, _FD_BYTES, _HH, _HH, _HH, _HH)
)


def candump() -> bytes:
    """A log as `candump -l` writes it: two buses, frames of every kind."""
    return b"".join(_candump_lines(400))


def _candump_lines(count: int) -> Iterator[bytes]:
    for k in range(count):
        stamp = f"({1_700_000_000 + k * 0.0107:.6f}) can{k % 2} "
        data = bytes((k * j + k) % 256 for j in range(64)).hex().upper()
        frame = (
            f"{0x100 + k % 7:03X}#{data[:16]}", f"{0x100 + k % 7:03X}#{data[:16]}",
            f"{0x18FF0000 + k % 5:08X}#{data[: 2 * (k % 9)]}", f"{0x200 + k % 3:03X}##1{data[:48]}",
            f"{0x18FF0000 + k % 5:08X}##5{data}", "20000080#0000000000000000", f"{0x300:03X}#R8",
            f"45123#81:00:12345678#{data[:40]}",
        )[k % 8]  # fmt: skip
        yield (stamp + frame + "\n").encode()


def is_candump(data: bytes) -> bool:
    """Whether each line is one of candump's."""
    return all(_CANDUMP.fullmatch(line) for line in data.split(b"\n") if line.strip(b" \t\r"))


_ASC_BYTES: Final = rb"(?: +[0-9A-Fa-f]{2})"
_ID: Final = rb"(?:[0-7]?[0-9A-Fa-f]{1,2}|[01]?[0-9A-Fa-f]{1,7}[xX])"
_DIR: Final = rb"(?:[RT][xX]|[rt][xX])"
_ASC: Final = re.compile(
    rb" *\d+\.\d{6} +(?:\d{1,3} +(?:(?P<id>%(id)s) +%(dir)s +(?:[dD] +(?P<dlc>[0-9A-Fa-f])(?P<data>%(bytes)s{0,8})|[rR](?: +\d)?)"
    rb"(?: +Length = \d+ BitCount = \d+ ID = (?P<number>\d+)x?)?|ErrorFrame|Statistic:(?: [A-Z]+ \d+){6} B [\d.]+%%)"
    rb"|CANFD +\d{1,3} +%(dir)s +%(id)s +(?:[A-Za-z_]\w* +)?[01] +[01] +(?P<fd>[0-9A-Fa-f]) +(?P<length>\d+)(?P<fddata>(?:%(bytes)s)*?)(?: +[0-9A-Fa-f]+){8}"
    rb"|CAN +\d+ +Status:[A-Za-z ]+|Start of measurement|Li \d+ +Rx +8(?: [0-9a-f]{2}){8}  checksum = [0-9a-f]+ +header time = +\d+, full time = \d+|//.*)[ \t\r]*"
    % {b"id": _ID, b"dir": _DIR, b"bytes": _ASC_BYTES}
)
_ASC_HEADER: Final = re.compile(
    rb"date [ -~]+\nbase hex  timestamps absolute\ninternal events logged\n(?://[ -~]*\n)?"
    rb"Begin Triggerblock \w{3} \w{3} \d{1,2} \d{2}:\d{2}:\d{2}\.\d{1,3}(?: [ap]m)? \d{4}\n", re.IGNORECASE
)  # fmt: skip
_FD_REST: Final = "   104812  132   303000 a800f6c9 46500250 4b140250 20011736 2001040d"
_LENGTHS: Final = (*range(9), 12, 16, 20, 24, 32, 48, 64)


def asc(*, tails: bool) -> bytes:
    """A log as CANoe writes it, with or without what it writes behind frames and other events."""
    return (
        b"date Tue Nov 14 10:13:20.250 pm 2023\nbase hex  timestamps absolute\ninternal events logged\n"
        b"Begin Triggerblock Tue Nov 14 10:13:20.250 pm 2023\n   0.000000 Start of measurement\n"
        + b"".join(_asc_lines(400, tails=tails))
        + b"End TriggerBlock\n"
    )


def _asc_lines(count: int, *, tails: bool) -> Iterator[bytes]:
    for k in range(1, count):
        data = bytes((k * j + k) % 256 for j in range(64)).hex(" ").upper().split()
        short, extended = 0x100 + k % 7, 0x18FF0000 + k % 5
        tail = "  Length = 240015 BitCount = 124 ID = {}" if tails else ""
        event = (
            f"1  {short:X}             Rx   d 8 {' '.join(data[:8])}" + tail.format(short),
            f"2  {extended:X}x       Tx   d 4 {' '.join(data[:4])}" + tail.format(f"{extended}x"),
            f"1  {short:X}             Rx   d 8 {' '.join(data[:8])}" + tail.format(short),
            f"CANFD   2 Rx        {short:X}          1 0 d 32 {' '.join(data[:32])}" + _FD_REST,
            "1  ErrorFrame" if k % 2 else f"1  {short:X}             Rx   r 8" + tail.format(short),
            *(
                ("1  Statistic: D 2 R 0 XD 0 XR 0 E 0 O 0 B 0.04%", "CAN 1 Status:chip status error active",
                 f"Li {k % 60}              Rx     8 {' '.join(data[:8]).lower()}  checksum = 07   header time =  40, full time = 135")
                if tails else ()
            ),
        )  # fmt: skip
        yield f"  {k * 0.0107:9.6f} {event[k % len(event)]}\n".encode()


def is_asc(data: bytes) -> bool:
    """Whether the header and each line are of an ASC file, with the end it must have."""
    header = _ASC_HEADER.match(data)
    lines = data.rstrip(b" \t\r\n").split(b"\n")
    if header is None or lines[-1].rstrip().lower() != b"end triggerblock":
        return False
    body = data[header.end() : len(data.rstrip(b" \t\r\n")) - len(lines[-1])]
    return all(map(_is_asc_line, (line for line in body.split(b"\n") if line.strip(b" \t\r"))))


def _is_asc_line(line: bytes) -> bool:
    match = _ASC.fullmatch(line)
    if match is None:
        return False
    if match["number"] and match["data"] is not None:
        number = int(match["id"].rstrip(b"xX"), 16)
        if int(match["number"]) != number:
            return False
    if match["dlc"] is not None:
        return min(int(match["dlc"], 16), 8) == len(match["data"].split())
    if match["fd"] is not None:
        length = int(match["length"])
        return len(match["fddata"].split()) == length and length in (
            0,
            _LENGTHS[int(match["fd"], 16)],
        )
    return True


_TRC: Final = re.compile(
    rb" *(?P<n>\d+) +\d+\.\d{3} (?:DT|RR|FD|FB|ST|EC) +(?:\d{1,3}) +(?:[0-9A-F]{4}|[0-9A-F]{7,8}|-) (?:[RT][xX]|[rt][xX]) -  (?P<l>\d{1,2}) *"
    rb"(?P<data>(?: [0-9A-Fa-f]{2})*)[ \t\r]*"
)
_TRC_HEADER: Final = re.compile(
    rb";\$FILEVERSION=2\.1\n;\$STARTTIME=\d+\.\d+\n;\$COLUMNS=N,O,T,B,I,d,R,L,D\n(?:;[ -~\r]*\n)*"
)


def trc() -> bytes:
    """A trace as PCAN-Explorer writes it."""
    head = (
        b";$FILEVERSION=2.1\n;$STARTTIME=45244.9354201157\n;$COLUMNS=N,O,T,B,I,d,R,L,D\n;\n;   Start time: then\n"
        b";---+-- ------+------ +- +- --+----- +- +- +--- +- -- -- -- -- -- -- --\n"
    )
    return head + b"".join(_trc_lines(400))


def _trc_lines(count: int) -> Iterator[bytes]:
    for k in range(1, count):
        data = bytes((k * j + k) % 256 for j in range(64)).hex(" ").upper()
        rest = (
            f"DT 1      {0x100 + k % 7:04X} Rx -  8    {data[:23]} ", f"DT 1  {0x18FF0000 + k % 5:08X} Tx -  4    {data[:11]} ",
            f"DT 2      {0x100 + k % 7:04X} Rx -  8    {data[:23]} ", f"FB 1      {0x200 + k % 7:04X} Rx -  9    {data[:35]} ",
            f"RR 1      {0x300:04X} Rx -  3 ", "ST 1         - Rx -  4    00 00 00 08 ",
        )[k % 6]  # fmt: skip
        yield f"{k:7} {k * 10.7:13.3f} {rest}\n".encode()


def is_trc(data: bytes) -> bool:
    """Whether the header and each line are of a TRC file, numbered without a gap."""
    header = _TRC_HEADER.match(data)
    if header is None:
        return False
    lines = [
        line
        for line in data[header.end() :].split(b"\n")
        if line.strip(b" \t\r") and not line.lstrip().startswith(b";")
    ]
    found = [_TRC.fullmatch(line) for line in lines]
    numbers = [int(each["n"]) for each in found if each]
    return None not in found and numbers == list(range(1, len(numbers) + 1)) and all(
        b"RR" in each[0] or len(each["data"].split()) == (_LENGTHS[int(each["l"])] if int(each["l"]) < 16 else -1)
        for each in found if each
    )  # fmt: skip
