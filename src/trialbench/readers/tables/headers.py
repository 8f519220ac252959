"""Tables with a header: the names of its columns tell which field each of them holds."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from trialbench.readers.tables.dialect import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NAMES: Final = {
    "number": "no nr number num index line 序号",
    "stamp": "time timestamp timestamps timescale times timeabs abstime timeabsolute absolutetime t ts "
    "datetime systemtime timeidentifier timestampepoch frametimeepoch epoch wscoltime "
    "时间 时间标识 时间戳 系统时间 接收时间",
    "delta": "delta timedelta deltatime reltime timerel dt interval 增量时间 时间间隔 间隔时间",
    "bus": "bus busid busnumber busno buschannel channel channelid chan chn ch can canch canchannel canbus "
    "interface iface network port src 通道 通道号 源通道 can通道 第几路can",
    "id": "id canid arbid arbitrationid identifier frameid msgid messageid addr address canaddress pid "
    "id号 帧id 报文id 消息id canid号 帧id靠右对齐",
    "extended": "extended ext xtd ide isextended isextendedid",
    "kind": "type frametype frameformat format canidtype idtype dir direction tr txrx rxtx rx "
    "传输方向 方向 收发 收发方向 帧类型 帧格式 类型",
    "sent": "tx istx",
    "remote": "remote rtr isremote remoteframe remoteedlbrsesi",
    "error": "error er iserror errorframe",
    "length": "dlc len length datalength datalen dl nbytes size 数据长度 长度 帧长度",
    "bytes": "data databytes payload payloadhex datahex candata hexdata datadata message bytes "
    "数据 数据hex 数据域 帧数据",
}  # fmt: skip
_ROLES: Final = {name: role for role, names in _NAMES.items() for name in names.split()}
_BYTE: Final = re.compile(r"(?:d|b|db|data|byte|databyte|字节)(\d{1,2})")
_UNITS: Final = {
    "s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s", "秒": "s",
    "ms": "ms", "msec": "ms", "millis": "ms", "milliseconds": "ms", "毫秒": "ms",
    "us": "us", "µs": "us", "μs": "us", "usec": "us", "micros": "us", "microseconds": "us", "微秒": "us",
    "ns": "ns", "nsec": "ns", "nanos": "ns", "nanoseconds": "ns",
}  # fmt: skip
_BASES: Final = {"hex": True, "h": True, "dec": False, "d": False, "decimal": False}

_CELL: Final = {
    "id": r"(?:0x|\$)?[0-9A-Fa-f]{1,10}[hHx]?",
    "length": r"(?:0x)?\d{1,2}",
    "number": r"\d*",
    "flag": r"(?:true|false|yes|no|wahr|falsch|vrai|faux|[tfyn01])?",
}

_OTHER: Final = {"  ": r"(?>\S+(?: \S+)*)", " ": r"\S++"}
"""A cell of no interest, in columns that spaces align."""

GVRET: Final = ("timestamp", "id", "extended")
CSS: Final = ("timestamp", "type", "id", "data")
ASAM_GROUP: Final = "can_dataframe."
"""Before each name where asammdf wrote the table; its numbers are decimal."""
PARSER_FLAGS: Final = "parserflags"


class _Column(NamedTuple):
    """A column's name, without its unit or base, and what it holds ("" where it is nothing of a frame)."""

    name: str
    role: str
    unit: str = ""
    is_hex: bool | None = None


def dialects_of_header(line: str) -> Iterator[Dialect]:
    """How the rows under this header may be split; none where it names no identifier and no data."""
    for separator in (",", ";", "\t", "|"):
        if separator in line:
            found = _of_cells(line, line.strip("\r\n").split(separator), separator)
            if found is not None:
                yield found
            return
    for separator in ("  ", " "):  # columns aligned by spaces: two at least, where cells hold one
        cells = re.split(r"\s{2,}" if separator == "  " else r"\s+", line.strip())
        found = _of_cells(line, cells, separator) if len(cells) > 1 else None
        if found is not None:
            yield found


def _of_cells(line: str, cells: Sequence[str], separator: str) -> Dialect | None:
    if any(cell.strip(' "')[:1].isdigit() for cell in cells):
        return None  # a row, not the names over it
    columns = [_column(cell) for cell in cells]
    names = tuple(column.name for column in columns)
    if names == CSS:
        columns[1] = columns[1]._replace(role="extended")
    columns = _once(columns)
    roles = [column.role for column in columns]
    if "id" not in roles or not _has_bytes(roles):
        return None
    if "stamp" not in roles:
        columns = [
            each._replace(role="stamp") if each.role == "delta" else each for each in columns
        ]
    stamp = next((column for column in columns if column.role == "stamp"), None)
    ident = next(column for column in columns if column.role == "id")
    data = next(column for column in columns if column.role in ("bytes", "byte"))
    gvret = names[:3] == GVRET
    asam = any(cell.strip(' "').lower().startswith(ASAM_GROUP) for cell in cells)
    cabana = ident.name == "addr" and ident.is_hex is None
    return Dialect(
        name=_named(names, gvret=gvret),
        line=_pattern(columns, separator),
        unit="ms" if PARSER_FLAGS in names else stamp.unit if stamp else "",
        usual="us" if gvret else "",
        is_delta=stamp is not None and "delta" not in roles and _ROLES.get(stamp.name) == "delta",
        hex_ids=True if gvret or names == CSS else False if cabana or asam else ident.is_hex,
        hex_bytes=True if gvret else False if asam else data.is_hex,
        legal=re.compile(rf"\s*(?:{re.escape(line.strip())}|[#;].*|[-=+|:\s]+)\s*"),
    )


def _has_bytes(roles: Sequence[str]) -> bool:
    """Whether one column, or one run of columns of a byte each, holds the data."""
    run = "".join("x" if role == "byte" else " " for role in roles).split()
    return len(run) + roles.count("bytes") == 1


def _named(names: Sequence[str], *, gvret: bool) -> str:
    if gvret:
        return "SavvyCAN's (GVRET) CSV"
    if tuple(names) == CSS:
        return "CSS Electronics' CSV"
    told = " ".join(name for name in names if name)
    return f"a table under the header {told if len(told) <= 60 else told[:59] + '…'!r}"


@cache
def _column(cell: str) -> _Column:
    """What a header's cell tells: `Time [ms]`, `ID(hex)`, `abs time(sec)`, `timestamp_us`, `数据(HEX)`."""
    text = unicodedata.normalize("NFKC", cell).strip().strip('"').strip().lower()
    text = text.removeprefix(ASAM_GROUP)
    unit, is_hex = "", None
    match = re.fullmatch(r"(.*?)[\s_.]*[\[(/]?\s*([a-zµμ秒毫微]+)\s*[\])]?", text)
    if match and match[1] and match[2] in (_UNITS | _BASES):
        bare = _bare(match[1])
        if bare in _ROLES:
            text = match[1]
            unit, is_hex = _UNITS.get(match[2], ""), _BASES.get(match[2])
    name = _bare(text)
    return _Column(name, "byte" if _BYTE.fullmatch(name) else _ROLES.get(name, ""), unit, is_hex)


def _bare(text: str) -> str:
    """A name without spaces and punctuation."""
    return "".join(letter for letter in text if letter.isalnum())


def _once(columns: Sequence[_Column]) -> list[_Column]:
    """The columns, where the first of each role alone has it (words may stand in three)."""
    seen: dict[str, int] = {}
    kept = []
    for column in columns:
        count = seen[column.role] = seen.get(column.role, 0) + 1
        most = {"kind": 3, "byte": 64, "": len(columns)}.get(column.role, 1)
        kept.append(column if count <= most else column._replace(role=""))
    return kept


def _pattern(columns: Sequence[_Column], separator: str) -> re.Pattern[str]:
    """The pattern of a row; cells may be missing at its end, or empty ones too many there."""
    gap = {"  ": r"(?:\s{2,}|\t+)", " ": r"\s+", "|": r"\|"}.get(separator, separator)
    other = _OTHER.get(separator, rf'(?>\s*"[^"]*"\s*|[^{separator}]*)')
    parts: list[str] = []
    kinds = 0
    at = 0
    while at < len(columns):
        role = columns[at].role
        if role == "byte":
            count = sum(1 for column in columns[at:] if column.role == "byte")
            parts.append(_byte_cells(count, gap, whole=at + count < len(columns)))
            at += count
            continue
        if role == "kind":
            kinds += 1
        group = f"kind{kinds if kinds > 1 else ''}" if role == "kind" else role
        parts.append(_cell(group, role, other, separator, last=at + 1 == len(columns)))
        at += 1
    needed = _needed(parts)
    row = gap.join(parts[:needed])
    more = rf"(?:{gap}{other}){{0,{len(parts) - needed}}}"
    ending = r".*" if separator == " " else rf"{more}(?:{gap} *)*"
    return re.compile(rf"\s*{row}{ending}\s*", re.IGNORECASE)


def _needed(parts: Sequence[str]) -> int:
    """How many cells a row must have: those up to the last that means anything."""
    return max(at for at, part in enumerate(parts) if "(?P<" in part) + 1


def _cell(group: str, role: str, other: str, separator: str, *, last: bool) -> str:
    """The pattern of one cell, with its field's group where it has one."""
    if role in ("", "delta"):
        return other
    aligned = not separator.strip(" ")
    if role == "bytes" and aligned:
        return r"(?P<bytes>(?:(?:0x)?[0-9A-Fa-f]{1,3}(?:\s+|$))*|(?:0x)?[0-9A-Fa-f]*)"
    if role == "bytes":
        shape = rf"(?:(?:0x)?[0-9A-Fa-f]{{1,3}}(?:(?:{separator if last else ' '}| )+|[-:_]|(?![0-9A-Fa-f])))*"
        a_list = r"\[(?:(?:0x)?[0-9A-Fa-f]{1,3}(?:[ ,;]+|(?=\])))*\]"
        shape = rf"{shape}|(?:0x)?[0-9A-Fa-f]*|{a_list}"
    elif role in ("extended", "remote", "error", "sent"):
        shape = _CELL["flag"]
    elif role == "stamp" and not aligned:
        shape = rf'[^{separator}"\s](?:[^{separator}"]*[^{separator}"\s])?'
    else:
        shape = _CELL.get(role, other)
    pad = "" if aligned else " *+"
    begin = rf'{pad}(?:"="")?"?{pad}'  # ="…" keeps Excel from taking it for a number
    begin += r"(?:x\| *)?" if role == "bytes" else ""  # before the bytes of USB-CAN Tool
    return rf'{begin}(?P<{group}>{shape}){pad}"{{0,3}}{pad}'


def _byte_cells(count: int, gap: str, *, whole: bool) -> str:
    """A run of cells of one byte each; the last of them may be missing where nothing follows."""
    cell = r' *+"?(?:0x)?[0-9A-Fa-f]{0,3}"? *+'
    repeated = f"{{{count - 1}}}" if whole else "{0,63}"  # a header of 8 may stand over CAN FD
    return rf"(?P<bytes>{cell}(?:{gap}{cell}){repeated})"
