"""A dialect: how one line of a log is split into the fields of a frame."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

NEVER: Final = re.compile(r"(?!)")
ANYTHING: Final = re.compile(r"")
FIELDS: Final = ("stamp", "bus", "id", "length", "bytes", "kind", "kind2", "kind3",
                 "extended", "remote", "error", "sent", "number")  # fmt: skip
"""The groups that a dialect's pattern may have; each but `id` may be missing.

`kind`s hold words such as Rx, Extended, Remote; `extended`, `remote`, `error`, `sent` are yes or no;
`number` counts the lines.
"""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a line is split, and what the tool that wrote it is known to mean.

    `line` matches a whole line that is a frame, `legal` one that the tool writes and that is no
    frame (a comment, a statistic). `unit` is that of a stamp that is a plain number ("" where the
    numbers themselves must tell); `usual` is taken where they do not contradict it. `clock_counts` says that a
    clock's last part counts milliseconds. `wraps_s` is where the stamps begin again (0: never, but
    for a clock's day). `may_be_deltas`: the same shape is used for the time since the frame before.
    `hex_ids` and `hex_bytes` are None where the digits must tell, but for a line over the
    frames that fits `decimal_ids` or `decimal_bytes`; one that fits `deltas` says that each stamp is
    the time since the frame before. `two_digits_are_fd`: a length of two digits marks a CAN FD frame.
    `proof` is what at least one line must begin with where `line` fits other tables, too.
    """

    name: str
    line: re.Pattern[str]
    unit: str = ""
    usual: str = ""
    clock_counts: bool = False
    wraps_s: int = 0
    is_delta: bool = False
    may_be_deltas: bool = False
    hex_ids: bool | None = True
    hex_bytes: bool | None = True
    hex_stamps: bool = False
    two_digits_are_fd: bool = False
    decimal_ids: re.Pattern[str] = NEVER
    decimal_bytes: re.Pattern[str] = NEVER
    deltas: re.Pattern[str] = NEVER
    legal: re.Pattern[str] = NEVER
    proof: re.Pattern[str] = ANYTHING

    @property
    def tells_length(self) -> bool:
        """Whether a line says how many bytes it has."""
        return "length" in self.line.groupindex


_STAMP: Final = r"-?\d+(?:[.,]\d+)?"
_ID: Final = r"(?:0x)?[0-9A-Fa-f]{1,8}"
_LENGTH: Final = r"\d{1,2}"
_PAIRS: Final = r"(?:[0-9A-Fa-f]{2}(?:\s++|$))*+"
_LOOSE: Final = r"(?:[0-9A-Fa-f]{1,2}(?:\s++|$))*+"
_WHEN: Final = r"(?:\d{4}-\d\d-\d\d[ T])?\d+:\d\d:\d\d(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_BEFORE: Final = rf"\s*(?:[\[(]?(?P<stamp>{_WHEN})[\])]?\s*(?:->|[:,;|])?\s+)?"
"""A stamp that a serial monitor, a sketch or a script puts before a line."""
_AS_COUNTED: Final = "|".join(rf"(?<={count})(?:[0-9A-F]{{2}}){{{count}}}" for count in range(9))
_SLCAN: Final = (
    r"(?:(?-i:t)|(?P<extended>(?-i:T))|(?P<remote>r))"
    r"(?P<id>(?-i:(?<=[tr])[0-9A-Fa-f]{3}|(?<=[TR])[0-9A-Fa-f]{8}))"
    rf"(?P<length>[0-8])(?P<bytes>{_AS_COUNTED})?"
)
_ELM_ID: Final = r"(?:[0-7][0-9A-F]{2}|[01][0-9A-F](?: ?[0-9A-F]{2}){3})"
_OWN_LENGTH: Final = "|".join(rf"0{count}(?: [0-9A-F]{{2}}){{{count}}}" for count in range(1, 8))
"""A first byte that counts the others, so that it may be the frame's length."""


def _dialect(name: str, line: str, **known: object) -> Dialect:
    return Dialect(name, re.compile(line, re.ASCII | re.IGNORECASE), **known)  # type: ignore[arg-type]


def _legal(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_SLCAN_ANSWER: Final = _legal(r"\s*(?:[VNFSOCLZM][0-9A-F]{0,8}|z|\x07)\s*")

DIALECTS: Final = (
    _dialect(
        "candump's console output",
        rf"\s*(?:\((?P<stamp>[\d\-: .]+)\)\s+)?(?P<bus>(?![RT]X\d)[a-z]\w*)\s+"
        rf"(?:(?P<kind>[RT]X)\s+[B-]\s+[E-]\s+)?"
        rf"(?P<id>[0-9A-F]{{3}}|[0-9A-F]{{8}})\s+\[(?P<length>{_LENGTH})\]\s*"
        rf"(?:(?P<bytes>{_PAIRS})|(?P<remote>remote request))\s*(?P<error>ERRORFRAME)?\s*(?:'.*')?",
        unit="s",
        may_be_deltas=True,
        two_digits_are_fd=True,
        legal=_legal(r"\t+.*"),  # candump -e explains an error frame in lines of their own
    ),
    _dialect(
        "a serial console's (time) RX0 id [length] bytes",
        rf"\s*(?:\((?P<stamp>{_STAMP})\)\s+)?(?:(?P<kind>[RT]X)(?P<bus>\d+)\s+)?"
        rf"(?P<id>{_ID})\s+\[(?P<length>{_LENGTH})\]\s*(?P<bytes>{_PAIRS})\s*",
        unit="s",
    ),
    _dialect(
        "CRTD",
        rf"\s*(?P<stamp>{_STAMP})\s+(?P<bus>\d*)(?P<kind>[RT])(?P<extended>11|29)\s+(?P<id>{_ID})\s*"
        rf"(?P<bytes>{_LOOSE})\s*",
        unit="s",
        legal=_legal(rf"\s*{_STAMP}\s+\d*C[A-Z]{{2}}\b.*"),
    ),
    _dialect(
        "labelled fields (Timestamp: … ID: … DLC: …)",
        rf"\s*(?:Timestamp:\s*(?P<stamp>{_STAMP})\s+)?ID:\s*(?P<id>{_ID})\s+(?P<kind>(?:[A-Z]{{1,2}}\s+)*)"
        rf"(?:[01]{{3}}\s+)?DLC?:\s*(?P<length>{_LENGTH})\s*(?P<bytes>{_PAIRS})\s*(?:'.*'\s*)?"
        rf"(?:Channel:\s*(?P<bus>\S+)\s*)?",
        unit="s",
    ),
    _dialect(
        "BUSMASTER",
        r"\s*(?P<stamp>\d+:\d+:\d+:\d+)\s+(?P<kind>[RT]x)\s+(?P<bus>\d+)\s+(?P<id>(?:0x)?[0-9A-F]{1,9})\s+"
        rf"(?P<kind2>[sx]r?)\s+(?P<length>{_LENGTH})\s*(?P<bytes>(?:[0-9A-F]{{1,3}}(?:\s+|$))*)\s*",
        hex_ids=None,
        hex_bytes=None,
        decimal_ids=_legal(r"\s*\*\*\*DEC\*\*\*\s*"),
        decimal_bytes=_legal(r"\s*\*\*\*DEC\*\*\*\s*"),
        deltas=_legal(r"\s*\*\*\*RELATIVE MODE\*\*\*\s*"),
        legal=_legal(r"\s*-?\*\*\*.*"),
    ),
    _dialect(
        "PEAK's numbered lines without their head",
        rf"\s*(?P<number>\d+)\)\s+(?P<stamp>\d+\.\d+)\s+(?:(?P<bus>\d+)\s+)?(?:(?P<kind>[RT]x)\s+)?(?P<id>{_ID})\s+"
        rf"(?:-\s+)?(?P<length>{_LENGTH})\s*(?:(?P<bytes>{_PAIRS})|(?P<remote>RTR))\s*",
        unit="ms",
        legal=_legal(r"\s*;.*"),
    ),
    _dialect(
        "CARBUS Analyzer (@ TEXT @)",
        rf"(?P<stamp>\d+[.,]\d+)\t(?P<bus>\d+)\t[0-9A-F]+\t(?P<id>{_ID})\t(?P<length>{_LENGTH})\t"
        r"(?P<bytes>(?:[0-9A-F]{2} ?)*) *(?:\t.*)?",
        unit="s",
        wraps_s=60,
        legal=_legal(r"@.*"),
    ),
    _dialect(
        "lines of > number, time, St, id",
        rf">\t(?P<number>\d+)\t\s*(?P<stamp>\d+:\d+:\d+\.\d+):[\d.]+\t(?P<kind>\w*)\t(?P<id>{_ID})\t\d\t(?P<length>{_LENGTH})\t"
        rf"(?P<bytes>(?:[0-9A-F]{{2}}\s+)*)(?:p:(?P<bus>\d+))?\s*",
        clock_counts=True,
        legal=_legal(r"CAN speed 1:.*"),
    ),
    _dialect(
        "Kvaser Memorator's text",
        rf"\s*(?P<stamp>{_STAMP})\s+(?P<bus>\d+)\s+(?:(?P<error>ErrorFrame)|(?P<id>[0-9A-F]{{1,10}}?))(?P<extended>x)?\s+"
        rf"(?P<kind>[RT]x(?:Rq)?)\s+[EFBPRW# ]*?(?:(?P<length>{_LENGTH})\s+"
        rf"(?:(?P<remote>RTR)|(?P<bytes>(?:[0-9A-F]{{1,3}}\s+)*?))|ERROR FRAME)\s*\d+\s*",
        unit="s",
        hex_ids=None,
        hex_bytes=None,
        decimal_ids=_legal(r"\s*Format of id field:\s*DEC\s*"),
        decimal_bytes=_legal(r"\s*Format of data field:\s*DEC\s*"),
        legal=_legal(
            rf"\s*(?:{_STAMP}\s+Trigger\b|DateTime:|Kvaser Memorator|Memorator Binary|Converted from|Settings:|"
            r"Format of|Timestamp Offset|CAN channel|Time +Chan\b|=+\s*$).*"
        ),
    ),
    _dialect(
        "Kvaser CANKing's text",
        rf"\s*(?P<bus>\d+)\s+(?P<id>{_ID})\s+(?P<kind>X?)\s*(?P<length>{_LENGTH})\s+"
        rf"(?P<bytes>(?:[0-9A-F]{{1,3}}\s+)*?)(?P<stamp>\d+\.\d+)\s+(?P<kind2>[RT])\s*",
        unit="s",
        hex_ids=None,
        hex_bytes=None,
        legal=_legal(r"\s*Chn\s+Identifier\b.*"),
    ),
    _dialect(
        "lines of [date time] TX:0xid,length,bytes",
        rf"\s*\[(?P<stamp>[^\]]+)\]\s*,?\s*(?P<kind>[RT]X):\s*(?P<id>{_ID}),(?P<length>{_LENGTH}),(?P<bytes>{_PAIRS})\s*",
    ),
    _dialect(
        "id#data",
        r"\s*(?:\(?(?P<stamp>\d+\.\d+)\)?\s+)?(?:(?P<bus>[a-z]\w*)\s+)?(?P<id>[0-9A-F]{3}|[0-9A-F]{8})#"
        r"(?:(?P<bytes>(?:[0-9A-F]{2}\.?)*)|(?P<remote>R)\d?)(?:\s+[RT])?\s*",
        unit="s",
    ),
    _dialect(
        "labelled fields (ID: … DLC: … Data: …)",
        rf"(?:[A-Z] )?(?:\s*(?:time(?:stamp)?|ts|t)\s*[:=])?{_BEFORE}(?:\w+: +)*?(?P<kind>standard|extended)?\s*"
        rf"(?:CAN\s+)?ID\s*[:=]\s*(?P<id>{_ID})[,;|]?\s+(?:(?:DLC|len|length)\s*[:=]\s*(?P<length>{_LENGTH})[,;|]?\s+)?"
        r"data\s*[:=]\s*(?:(?P<bytes>(?:(?:0x)?[0-9A-F]{1,3}(?:[\s,]++|$))*+)|"
        r"(?P<remote>remote request frame)\s*)",
        hex_ids=None,
        hex_bytes=None,
    ),
    _dialect(
        "slcan (LAWICEL) with stamps of its own",
        rf"{_SLCAN}(?P<stamp>[0-9A-F]{{4}})\s*",
        unit="ms",
        hex_stamps=True,
        wraps_s=60,
        legal=_SLCAN_ANSWER,
    ),
    _dialect(
        "slcan (LAWICEL)", rf"{_BEFORE}{_SLCAN}(?(stamp)(?:[0-9A-F]{{4}})?)\s*", legal=_SLCAN_ANSWER
    ),
    _dialect(
        "ELM327's monitor (id and bytes)",
        rf"{_BEFORE}?(?P<id>{_ELM_ID})\s+(?P<bytes>(?:[0-9A-F]{{2}}(?:\s++|$)){{3,8}}+)>?\s*",
        proof=_legal(
            rf"{_BEFORE}(?=[0-9 ]*[A-F])(?:7[DE][0-9A-F]|18 ?D[AB] |{_ELM_ID} (?!(?:{_OWN_LENGTH})\s*$))"
        ),
        legal=_legal(r"\s*(?:>?\s*AT.*|>|[?]|OK|ELM327.*|SEARCHING\.*|STOPPED)\s*>?\s*"),
    ),
)
"""What is told by its very lines; tables with a header, or of plain columns, are described by these."""
