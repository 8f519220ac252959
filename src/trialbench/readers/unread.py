"""Formats that are not read, by name, with what to do instead."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from trialbench.errors import RecordingError


class Unread(NamedTuple):
    """A format that is known and not read: how it begins, its suffixes, and the remedy."""

    name: str
    magic: re.Pattern[bytes]
    suffixes: tuple[str, ...]
    remedy: str


def _begins(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.DOTALL)


_BY_NAME: Final = _begins(rb"(?!)")
_FRAMES: Final = "export its CAN frames as Vector ASC or BLF, or as candump's log"
_SIGNALS: Final = "export its signals as CSV (first column time in seconds) or Parquet"

UNREAD: Final = (
    Unread(
        "pcap capture",
        _begins(rb"\xd4\xc3\xb2\xa1|\xa1\xb2\xc3\xd4|\x4d\x3c\xb2\xa1|\xa1\xb2\x3c\x4d"),
        (".pcap", ".cap"),
        "Ethernet captures are not read yet; of SocketCAN, " + _FRAMES,
    ),
    Unread(
        "pcapng capture",
        _begins(rb"\x0a\x0d\x0d\x0a"),
        (".pcapng",),
        "Ethernet captures are not read yet; of SocketCAN, " + _FRAMES,
    ),
    Unread(
        "Excel workbook",
        _begins(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        (".xlsx", ".xls"),
        "save its sheet as CSV",
    ),
    Unread(
        "HDF5 or MATLAB 7.3 file",
        _begins(rb"\x89HDF\r\n\x1a\n|MATLAB 7\.3 MAT-file"),
        (".h5", ".hdf5"),
        _SIGNALS,
    ),
    Unread("MATLAB file", _begins(rb"MATLAB 5\.0 MAT-file"), (".mat",), _SIGNALS),
    Unread("ROS 1 bag", _begins(rb"#ROSBAG V"), (".bag",), "export its topics as CSV or Parquet"),
    Unread(
        "MCAP recording", _begins(rb"\x89MCAP0"), (".mcap",), "export its topics as CSV or Parquet"
    ),
    Unread(
        "SQLite database (as of ROS 2)",
        _begins(rb"SQLite format 3\0"),
        (".db3", ".sqlite", ".db"),
        "export its topics or tables as CSV or Parquet",
    ),
    Unread("PDF document", _begins(rb"%PDF-"), (".pdf",), "ask for the recording itself"),
    Unread("7-Zip archive", _begins(rb"7z\xbc\xaf\x27\x1c"), (".7z",), "unpack it"),
    Unread("RAR archive", _begins(rb"Rar!\x1a\x07"), (".rar",), "unpack it"),
    Unread("National Instruments TDMS file", _begins(rb"TDSm"), (".tdms",), _SIGNALS),
    Unread(
        "Wireshark packet list",
        _begins(rb'"?No\."?,"?Time"?,"?Source"?,'),
        (),
        "export its frames by tshark -T fields -E header=y -e frame.time_epoch -e can.id -e data.data",
    ),
    Unread("VBOX file", _begins(rb"File created on|\[header\]"), (".vbo",), _SIGNALS),
    Unread("LabVIEW measurement file", _begins(rb"LabVIEW Measurement"), (".lvm",), _SIGNALS),
    Unread("JSON document", _begins(rb"\s*[{\[]\s*[\"{\[]"), (".json", ".jsonl"), _SIGNALS),
    Unread("NumPy array", _begins(rb"\x93NUMPY"), (".npy", ".npz"), _SIGNALS),
    Unread(
        "DBC file",
        _begins(rb"\s*VERSION\s+\"[^\"]*\"\s+(?:NS_|BS_|BU_)"),
        (".dbc",),
        "it describes frames and holds none: give it with --dbc beside a recording",
    ),
    Unread(
        "ARXML or XML document",
        _begins(rb"\s*<\?xml"),
        (".arxml", ".xml", ".kcd"),
        "a description holds no frames: give a recording",
    ),
    Unread(
        "Kvaser binary log",
        _BY_NAME,
        (".kmf", ".kme50", ".kme40", ".kme"),
        "convert it with Kvaser's converter to BLF, ASC or MDF 4",
    ),
    Unread(
        "Intrepid binary log",
        _BY_NAME,
        (".vsb", ".vsdb", ".vs3"),
        "export it from Vehicle Spy as BLF, ASC or CSV",
    ),
    Unread(
        "CANoe or CANalyzer configuration",
        _BY_NAME,
        (".cfg",),
        "give the logging that it recorded: BLF, ASC or MF4",
    ),
    Unread(
        "comma.ai log",
        _BY_NAME,
        (".rlog", ".qlog"),
        "export its CAN frames as CSV (time,addr,bus,data)",
    ),
)
"""In the order in which content is tried; a suffix counts only where no content does."""


def refuse_unread(name: str, data: bytes, *, by_suffix: bool) -> None:
    """Raise `RecordingError` where the content, or else the suffix, is of a format that is not read."""
    suffix = name[name.rfind(".") :].lower() if "." in name else ""
    for known in UNREAD:
        if known.magic.match(data, 0, 4096) or (by_suffix and suffix in known.suffixes):
            raise RecordingError(f"this is a {known.name}, which is not read: {known.remedy}")
