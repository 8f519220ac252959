"""The lines of an ASC file that are no CAN frames: its header, and the events of other kinds.

After Vector's format specifications (CAN, Log & Trigger; LIN; FlexRay; MOST; Ethernet, AFDX; K-Line;
TP/Diagnostics) and what CANoe of several versions writes. A line is compared from its first word on.
"""

from __future__ import annotations

import re
from typing import Final

from trialbench.readers.lines import LINE_END, PLAIN_TEXT

_MOMENT: Final = (
    rb"\w+\.?\s+(?P<month>[^\s\d]+|\d{1,2})\s+(?P<day>\d{1,2})\s+(?P<hour>\d{1,2}):(?P<minute>\d{1,2}):(?P<second>\d{1,2})"
    rb"(?:\.(?P<fraction>\d+))?(?:\s+(?P<half>[ap]m))?\s+(?P<year>\d{4})\s*"
)
MOMENT: Final = re.compile(_MOMENT, re.IGNORECASE)
"""A header's moment, in English or German: `Tue Nov 14 10:13:20.250 pm 2023`."""
_BASE: Final = rb"base[ \t]+(hex|dec)(?:[ \t]+timestamps[ \t]+(absolute|relative))?"
_DATE: Final = rb"date[ \t]+(" + PLAIN_TEXT + rb")"
_BEGIN: Final = rb"begin[ \t]+trigger[ \t]?block(" + PLAIN_TEXT + rb")"
_END: Final = rb"end[ \t]+trigger[ \t]?block\s*\Z"
BASE, DATE, BEGIN = (
    re.compile(rb"^[ \t]*" + line + rb"[ \t\r]*$", re.IGNORECASE | re.MULTILINE)
    for line in (_BASE, _DATE, _BEGIN)
)
"""Lines of the header, wherever it may be harmed."""
_SOME_MOMENT: Final = rb"\S+ +\S+ +\d+ +\d+:\d+:\d+(?:\.\d+)?(?: +\S+)? +\d{4}[ \t\r]*"
"""In any language."""
HEADER: Final = re.compile(
    rb"(?:[ \t\r]*+(?:date +" + _SOME_MOMENT + rb"|" + _BASE + rb"|(?:no[ \t]+)?internal[ \t]+events[ \t]+logged"
    rb"|(?://|previous[ \t]+log)" + PLAIN_TEXT + rb"|)[ \t\r]*\n)*"
    rb"(?:[ \t]*begin +trigger ?block(?: +" + _SOME_MOMENT + rb"|[ \t\r]*)\n)?",
    re.IGNORECASE,
)  # fmt: skip
"""The header as far as it is sound."""
END: Final = re.compile(rb"[ \t]*" + _END, re.IGNORECASE)
"""The file's last line."""

_LIN_FIELD: Final = (
    rb"\s+[a-z]+(?: [a-z]+)*\s*=\s*(?:[\w.]+(?:\s+us\s+\([\d.]+\s+bits\))?,?(?:\s+[\d.]+)*)?"
)
_LIN_FRAME: Final = (
    rb"\S+\s+(?:Rx|Tx|TxRq)\s+-?\d+(?:\s+[0-9a-f]{1,3}){0,8}(?:\s+slave\s*=\s*\d+,\s*state\s*=\s*\d+)?"
    rb"(?:\s+checksum\s*=\s*[0-9a-f]+\s+header time\s*=\s*\d+,\s*full time\s*=\s*\d+"
    rb"(?![^\n]*BitCount)(?:" + _LIN_FIELD + rb")*)?"
)
_COUNTS: Final = b"".join(rb"%s\s+\d+\s+" % name for name in (b"D", b"R", b"XD", b"XR", b"E", b"O"))
_KINDS: Final = (
    ("LIN", rb"L[0-9a-f*i]{1,4}\s+(?:FRAME|(?:(?!Rx|Tx)\S+\s+){0,2}(?!Rx|Tx)(?-i:[A-Z]+[a-z])TEXT)"),
    ("Ethernet", rb"ETH\s+\w+\s+TEXT"),
    ("FlexRay", rb"Fr\s+\S+TEXT"),
    ("MOST", rb"(?:M[0-9a-f]{1,2}|MOST\w*|MSC\w*)\s+\S+TEXT"),
    ("AFDX", rb"AFDX\s+\w+\s+TEXT"),
    ("ARINC_429", rb"A429\s+\S+TEXT"),
    ("WLAN", rb"WLAN\s+\S+TEXT"),
    ("K_Line", rb"(?:(?:COM|KL)\d{1,3}\s+(?:Rx|Tx)\s|K-?Line\b|EVENT\b)TEXT"),
    ("J1939TP", rb"(?:\d+\s+)?J1939TP\s+[0-9a-f]+p?\s+(?:[\d-]+\s+)*(?:Rx|Tx|TxRq)\s+[dr](?:\s+[0-9a-f]+)*"),
    ("CAN_XL", rb"CANXL\s+\d+\s+(?:Rx|Tx|TxRq)\s+XLFF\s+\d+\s+\d+\s+[0-9a-f]+\s+TEXT"),
    ("Statistic", rb"(?:CAN(?:FD|XL)?\s+)?\d+\s+Statistic:\s*" + _COUNTS + rb"B\s+[\d.]+\s*%"),
    ("Status", rb"CAN(?:FD|XL)?\s+\d+\s+Status:[a-z ]*(?:-\s*TxErr:\s*\d+\s+RxErr:\s*\d+)?"),
    ("Overload_frame", rb"(?:CAN(?:FD|XL)?\s+)?\d+\s+(?:(?:Rx|Tx)\s+)?OverloadFrame"),
    ("Start_of_measurement", rb"(?:CAN(?:FD|XL)?\s+)?(?:Start|Stop|End)\s+(?:of\s+measurement|der\s+Messung)"),
    ("Trigger", rb"log\s+(?:trigger\s+event|direct\s+start|direct\s+stop)(?:\s*\([a-z0-9 ]*\))?"),
    ("System_variable", rb"SV:\s*\d\s+\d\s+\d\s+TEXT"),
    ("Environment_variable", rb"[a-z_][\w.:]*\s*:=\s*TEXT"),
    ("Signal", rb"(?:[LF]?\d+|(?:CAN|LIN|FlexRay)\s+\d+)\s+\w+::\w+::\w+\s*=\s*TEXT"),
    ("Test_structure", rb"TFS:TEXT"),
    ("Diagnostics", rb"(?:Diag\w*|OTP\(|TP\s|XCP\b|CCP\b)TEXT"),
    ("GPS", rb"GPS[ -]?(?:Device)?:?\s*\d+\s+La:TEXT"),
    ("Comment", rb"Comment:TEXT"),
    ("Marker", rb"(?:\d+\s+){3}[01]\s+GMGroup:TEXT"),
)  # fmt: skip
_LONE: Final = (
    rb"(?![^\n]*(?:\s(?:Rx|Tx|TxRq)\s+[dr]\s|BitCount\s*=|\sID\s*=\s*\d+x?[ \t\r]*(?:\n|\Z)))"
    + PLAIN_TEXT
)
"""Text without the heart of a CAN frame in it: that would be two lines, joined where a piece is lost."""


def _kind(name: str, text: bytes) -> bytes:
    return rb"(?P<%s>%s)" % (
        name.encode(),
        text.replace(b"FRAME|", _LIN_FRAME + b"|")
        .replace(rb"\s", rb"[ \t]")
        .replace(b"TEXT", _LONE),
    )


EVENTS: Final = re.compile(
    rb"(?://" + PLAIN_TEXT + rb"|[\d.]+[ \t]+(?:"
    + b"|".join(_kind(name, text) for name, text in _KINDS) + rb"))" + LINE_END + rb"|" + _END,
    re.IGNORECASE,
)  # fmt: skip
"""A comment, any event that is no CAN frame (the group's name is its kind), or the end."""
