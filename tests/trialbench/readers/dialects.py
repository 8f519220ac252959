"""One short drive as other people's tools would have written it, line by line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Sent(NamedTuple):
    """A frame of the drive: milliseconds, identifier (29 bits above 0x7FF), and its bytes."""

    ms: int
    ident: int
    payload: bytes

    @property
    def x(self) -> bool:
        return self.ident > 0x7FF

    @property
    def hex(self) -> str:
        return f"{self.ident:X}" if self.x else f"{self.ident:03X}"

    def cells(self, separator: str = " ", form: str = "02X") -> str:
        return separator.join(format(byte, form) for byte in self.payload)

    def padded(self, separator: str, filler: str, form: str = "02X") -> str:
        cells = [format(byte, form) for byte in self.payload]
        return separator.join(cells + [filler] * (8 - len(cells)))


DRIVE = [
    Sent(12_340 + 10 * at, ident, payload)
    for at, (ident, payload) in enumerate(
        [
            (0x1C4, bytes.fromhex("0A1B2C3D4E5F6071")),
            (0x224, bytes.fromhex("00000000000000B8")),
            (0x0AA, bytes.fromhex("1A6F1A6F1A6E")),
            (0x18FEE500, bytes.fromhex("FFFF7D7DC8FFFFFF")),
            (0x1C4, bytes.fromhex("0B1B2C3D4E5F6072")),
            (0x7DF, bytes.fromhex("02010D")),
            (0x0AA, bytes.fromhex("1A701A701A6F")),
            (0x1C4, bytes.fromhex("0C1B2C3D4E5F6073")),
        ]
    )
]


def clock(sent: Sent, form: str) -> str:
    hour, rest = divmod(sent.ms + 36_000_000, 3_600_000)
    minute, rest = divmod(rest, 60_000)
    return form.format(h=hour, m=minute, s=rest // 1000, ms=rest % 1000)


def us(sent: Sent) -> int:
    return sent.ms * 1000


def flag(sent: Sent, yes: str, no: str) -> str:
    return yes if sent.x else no


LOGS: dict[str, tuple[str, Callable[[int, Sent], str]]] = {
    "SavvyCAN": (
        "Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8\n",
        lambda _, f: f"{us(f)},{f.ident:08X},{flag(f, 'true', 'false')},Rx,0,{len(f.payload)},{f.padded(',', '')},",
    ),
    "SavvyCAN, padded by zeros": (
        "Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8\n",
        lambda _, f: f"{us(f)},{f.ident:08X},{flag(f, 'true', 'false')},Rx,0,{len(f.payload)},{f.padded(',', '00')},",
    ),
    "SavvyCAN, older": (
        "Time Stamp,ID,Extended,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8\n",
        lambda _, f: f"{us(f)},{f.ident:x},{flag(f, '1', '0')},0,{len(f.payload)},{f.cells(',', 'x')}",
    ),
    "SavvyCAN's header over milliseconds": (
        "Time Stamp,ID,Extended,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8\n",
        lambda _, f: f"{f.ms},{f.ident:X},{flag(f, 'TRUE', 'FALSE')},0,{len(f.payload)},{f.padded(',', '0', 'X')},",
    ),
    "SavvyCAN in seconds": (
        "Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8,Interface\n",
        lambda _, f: f"{f.ms / 1000:.6f},{f.ident:X},{flag(f, 'true', 'false')},Rx,0,{len(f.payload)},{f.padded(',', '')},CAN1",
    ),
    "SavvyCAN, negative stamps": (
        "Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8\n",
        lambda _, f: f"{us(f) - 1_767_000_000_000_000},{f.ident:08X},{flag(f, 'true', 'false')},Rx,0,{len(f.payload)},{f.padded(',', '')},",
    ),
    "candump -ta": ("", lambda _, f: f" (1700000{f.ms / 1000:010.6f})  can0  {wide(f)}   [{len(f.payload)}]  {f.cells()}"),
    "candump -tz": ("", lambda _, f: f" ({f.ms / 1000:010.6f})  can0  {wide(f)}   [{len(f.payload)}]  {f.cells()}"),
    "candump -td": ("", lambda at, f: f" ({0.01 if at else 0:010.6f})  can0  {wide(f)}   [{len(f.payload)}]  {f.cells()}"),
    "candump -tA": (
        "",
        lambda _, f: f" (2023-11-14 {clock(f, '{h:02}:{m:02}:{s:02}.{ms:03}')}000)  can0  {wide(f)}   [{len(f.payload)}]  {f.cells()}",
    ),
    "candump -ta -x -a": (
        "",
        lambda _, f: f" (1700000{f.ms / 1000:010.6f})  can0  RX - -  {wide(f)}   [{len(f.payload)}]  {f.cells().ljust(23)}   '........'",
    ),
    "serial console": ("", lambda _, f: f"({f.ms / 1000:.2f}) RX0 {f.ident:X} [{len(f.payload)}] {f.cells()}"),
    "serial console, lower case": ("", lambda _, f: f"({f.ms / 1000:.3f}) rx0 {f.ident:03x} [{len(f.payload)}] {f.cells(' ', '02x')}"),
    "rich text of a serial console": (
        ("{\\rtf1\\ansi\\ansicpg1252\\cocoartf2822\n{\\fonttbl\\f0\\fswiss\\fcharset0 Helvetica;}\n{\\colortbl;\\red255\\green255\\blue255;}\n"
        "\\margl1440\\pard\\tx720\\pardirnatural\n\n\\f0\\fs24 \\cf0 "),
        lambda _, f: f"({f.ms / 1000:.2f}) RX0 {f.ident:X} [{len(f.payload)}] {f.cells()}\\",
    ),
    "CRTD": ("", lambda _, f: f"{1_700_000_000 + f.ms / 1000:.6f} {1}R{flag(f, '29', '11')} {f.hex} {f.cells(' ', '02x')}"),
    "CRTD without a bus": (
        "1700000012.000000 CXX OVMS CRTD\n",
        lambda _, f: f"{1_700_000_000 + f.ms / 1000:.6f} R{flag(f, '29', '11')} {f.hex} {f.cells()}",
    ),
    "Car Hacking data set": (
        "",
        lambda _, f: f"Timestamp: {1_700_000_000 + f.ms / 1000:.6f}        ID: {f.ident:04x}    000    DLC: {len(f.payload)}    {f.cells(' ', '02x')}",
    ),
    "Car Hacking data set, CSV": (
        "",
        lambda _, f: f"{1_700_000_000 + f.ms / 1000:.6f},{f.ident:04x},{len(f.payload)},{f.cells(',', '02x')},R",
    ),
    "python-can's printer": (
        "",
        lambda _, f: f"Timestamp: {1_700_000_000 + f.ms / 1000:>15.6f}    ID: {f.ident:>8x}    {flag(f, 'X', 'S')} Rx                "
        f"DL: {len(f.payload):>2}    {f.cells(' ', '02x').ljust(23)}     Channel: can0",
    ),
    "BUSMASTER": (
        ("***BUSMASTER Ver 3.2.2***\n***PROTOCOL CAN***\n***[START LOGGING SESSION]***\n***START DATE AND TIME 30:11:2026 10:00:12:340***\n"
        "***HEX***\n***SYSTEM MODE***\n***<Time><Tx/Rx><Channel><CAN ID><Type><DLC><DataBytes>***\n"),
        lambda _, f: f"{clock(f, '{h:02}:{m:02}:{s:02}:{ms:03}0')} Rx 1 0x{f.hex} {flag(f, 'x', 's')} {len(f.payload)} {f.cells()} ",
    ),
    "PEAK without its head": ("", lambda at, f: f"{at + 1:6})  {f.ms:10.1f}  Rx         {f.ident:04X}  {len(f.payload)}  {f.cells()} "),
    "CARBUS Analyzer": (
        "@ TEXT @ 3 @ 64 @ 0 @ 8 @ 80 @ 00:00:00.080 @\r",
        lambda _, f: f"{f.ms // 1000:02},{f.ms % 1000:03}000\t1\t00000004\t{f.hex}\t{len(f.payload)}\t{f.cells().ljust(23)}\t00000000\t        \t",
    ),
    "> number, clock, St": (
        "CAN speed 1: 500k CAN speed 2: 500k Id format: HEX | Data format: HEX | Id29 format: 29 \n\t\n",
        lambda at, f: f">\t{at}\t   {clock(f, '{h}:{m}:{s}.{ms}')}:228.00\tSt\t0x{f.ident:X}\t0\t{len(f.payload)}\t{f.padded(chr(9), ' ')}\tp:1",
    ),
    "Kvaser Memorator": (
        "                              Kvaser Memorator Log\n                              ====================\n\nSettings:\n"
        "   Format of data field: HEX\n   Format of id field:   HEX\n   CAN channel:          1\n\n"
        "        Time Chan   Identifier Flags        DLC  Data                             Counter\n" + "=" * 83 + "\n",
        lambda at, f: f"{f.ms / 1000:12.6f}  1  {f.ident:10X}{flag(f, 'x', ' ')}   Rx         {len(f.payload):3}  {f.cells().ljust(23)}  {at + 1:12}",
    ),
    "Kvaser CANKing": (
        "Chn Identifier Flg   DLC  D0...1...2...3...4...5...6..D7       Time     Dir\n",
        lambda _, f: f" 0    {f.ident:08X} {flag(f, 'X', ' ')}       {len(f.payload)}  {f.cells('  ').ljust(30)}     {f.ms / 1000:.6f} R",
    ),
    "numbered table": (
        "NO    Direction  Time Scale        Frame Type      Frame Format        Frame ID    Length          Data \n",
        lambda at, f: f"{at}      Receive      {clock(f, '{h:02}:{m:02}:{s:02}:{ms:03}')}      Data frame      "
        f"{flag(f, 'Extended', 'Standard')} frame      {f.ident:08x}      {len(f.payload)}      {f.cells(' ', '02x')}       ",
    ),
    "CANTest": (
        "序号,传输方向,时间标识,名称,帧ID(靠右对齐),帧格式,帧类型,数据长度,数据(HEX)\n",
        lambda at, f: f"{at},接收,{clock(f, '{h:02}:{m:02}:{s:02}.{ms:03}.0')},,0x{f.ident:08X},{flag(f, '扩展帧', '标准帧')},数据帧,0x{len(f.payload):02X},{f.cells()} ,",
    ),
    "USB-CAN Tool": (
        "序号\t系统时间\t时间标识\tCAN通道\t传输方向\tID号\t帧类型\t帧格式\t长度\t数据\n".replace("ID号", "帧ID"),
        lambda at, f: f"{at}\t{clock(f, '{h:02}:{m:02}:{s:02}.{ms:03}')}\t0x{at:X}\tch1\t接收\t0x{f.ident:04X}\t数据帧\t{flag(f, '扩展帧', '标准帧')}\t0x{len(f.payload):02X}\tx| {f.cells()} ".replace("x| ", ""),
    ),
    "tabs, ParserFlags": (
        "ParserFlags\tCh\tCounter\tT/R\tTime\tFlags\tCAN ID\tLen\tData\tParser Name\tdefault\n",
        lambda at, f: f"1\t0\t{at}\tRX\t{f.ms}\t\t0x{f.ident:08x}\t{len(f.payload)}\t0x{f.cells(' ', '02x')} \tDefault Parser\t",
    ),
    "Vehicle Spy": (
        ("File Header\nSave Date,11/30/2026\nISO8601 Timestamp,2026/11/30T10:00:12.340000\n\n"
        "Line,Abs Time(Sec),Rel Time (Sec),Status,Er,Tx,Description,Network,Node,Arb ID,Remote,Xtd,B1,B2,B3,B4,B5,B6,B7,B8,Value,Trigger,Signals\n"
        "Line,Abs Time(Sec),Rel Time (Sec),Status,Er,Tx,Description,Network,Node,PT,Trgt,Src,B1,B2,B3,B4,B5,B6,B7,B8,Value,Trigger,Signals\n"),
        lambda at, f: f"{at + 1},{f.ms / 1000:.9f},0.01,67371008,F,F,HS CAN ${f.hex},HS CAN,,{f.hex},F,{flag(f, 'T', 'F')},{f.padded(',', '')},,,",
    ),
    "CSS Electronics": (
        "# Logger type: CL2000\n# HW rev: 7.1x\n# Bit-rate: 500000\nTimestamp;Type;ID;Data\n",
        lambda _, f: f"30T{clock(f, '{h:02}{m:02}{s:02}{ms:03}')};{flag(f, '1', '0')};{f.ident:x};{f.cells('', '02x')}",
    ),
    "IXXAT": (
        '"Time","ID (hex)","Format","Flags","Data (hex)"\n',
        lambda _, f: f'"{clock(f, "{h:02}:{m:02}:{s:02}.{ms:03}")}","{f.hex}","{flag(f, "Ext", "Std")}","","{f.cells()} "',
    ),
    "Cabana, hexadecimal": ("time,addr,bus,data\n", lambda _, f: f"{f.ms / 1000:.3f},0x{f.ident:x},0,0x{f.cells('', '02x')}"),
    "Cabana, decimal": ("time,addr,bus,data\n", lambda _, f: f"{f.ms / 1000:.11f},{f.ident},0,{f.cells('', '02x')}"),
    "CSV with units": (
        "timestamp_us;can_id (hex);dlc;payload\n",
        lambda _, f: f"{us(f)};{f.hex};{len(f.payload)};{f.cells()}",
    ),
    "CSV of decimal numbers": (
        "Time [ms],Channel,ID (dec),DLC,Data0,Data1,Data2,Data3,Data4,Data5,Data6,Data7\n",
        lambda _, f: f"{f.ms},1,{f.ident},{len(f.payload)},{f.padded(',', '', '03d')}",
    ),
    "CANHacker": (
        "Time   ID     DLC Data                    Comment\n",
        lambda _, f: f"{f.ms / 1000:06.3f} {f.ident:08X} {len(f.payload)} {f.cells().ljust(23)}    ",
    ),
    "milliseconds, id, length, bytes": ("", lambda _, f: f"{f.ms}  {f.ident:X}  {len(f.payload)}  {f.cells(' ', 'X')} "),
    "Microchip": ("", lambda _, f: f"{f.ms};RX;0x{f.hex};{len(f.payload)};{f.cells(';', '02X')};"),
    "seconds, bus, id, length, bytes": ("", lambda _, f: f"{f.ms / 1000:.4f} can0 {f.hex} {len(f.payload)} {f.cells()}"),
    "[date] RX:id,length,bytes": (
        "",
        lambda _, f: f"[2026-11-30 {clock(f, '{h:02}:{m:02}:{s:02}.{ms:03}')}] ,RX:0x{f.hex},{len(f.payload)},{f.cells()} ",
    ),
    "BUSMASTER, decimal": (
        "***BUSMASTER Ver 3.2.2***\n***PROTOCOL CAN***\n***DEC***\n***ABSOLUTE MODE***\n",
        lambda _, f: f"{clock(f, '{h:02}:{m:02}:{s:02}:{ms:03}0')} Rx 1 {f.ident} {flag(f, 'x', 's')} {len(f.payload)} {f.cells(' ', 'd')} ",
    ),
    "BUSMASTER, relative": (
        "***BUSMASTER Ver 3.2.2***\n***PROTOCOL CAN***\n***HEX***\n***RELATIVE MODE***\n",
        lambda at, f: f"00:00:00:0{min(at, 1)}00 Rx 1 0x{f.hex} {flag(f, 'x', 's')} {len(f.payload)} {f.cells()} ",
    ),
    "Car Hacking challenge": (
        "Timestamp,Arbitration_ID,DLC,Data,Class,SubClass\n",
        lambda _, f: f"{1_700_000_000 + f.ms / 1000:.6f},{f.hex},{len(f.payload)},{f.cells()},Normal,Normal",
    ),
    "USB-CAN Tool, CSV": (
        "序号,系统时间,时间标识,CAN通道,传输方向,ID号,帧类型,帧格式,长度,数据\n",
        lambda at, f: f"{at},\"=\"\"{clock(f, '{h:02}:{m:02}:{s:02}.{ms:03}')}\"\"\",0x{at:X},ch1,接收,0x{f.ident:04X},数据帧,{flag(f, '扩展帧', '标准帧')},0x{len(f.payload):02X},x| {f.cells()} ",
    ),
    "a clock of twelve hours": (
        "Time,ID,DLC,Data\n",
        lambda _, f: f"{clock(f, '{h:02}:{m:02}:{s:02}.{ms:03}')} AM,{f.hex},{len(f.payload)},{f.cells()}",
    ),
    "dates with a zone": (
        "Time;ID;Data;Comment\n",
        lambda _, f: f"2026-11-30T{clock(f, '{h:02}:{m:02}:{s:02}.{ms:03}')}+09:00;{f.hex};{f.cells()};",
    ),
    "header of two spaces, rows of one": (
        "Time  ID  DLC  Data\n",
        lambda _, f: f"{f.ms / 1000:.3f} {f.hex} {len(f.payload)} {f.cells()}",
    ),
    "a number as the bus": ("", lambda _, f: f"{f.ms / 1000:.3f} 1 {f.hex} {len(f.payload)} {f.cells()}"),
    "stamps at the end": ("", lambda _, f: f"{f.hex:>8}  {len(f.payload)}  {f.cells()}  {f.ms / 1000:.3f}"),
    "slcan": ("V1013\rN1234\rS6\rO\r", lambda _, f: f"{slcan(f)}{f.ms:04X}"),
    "slcan behind stamps": ("", lambda _, f: f"[{f.ms / 1000:.3f}] {slcan(f)}"),
    "slcan on a serial monitor": ("", lambda _, f: f"{clock(f, '{h:02}:{m:02}:{s:02}.{ms:03}')} -> {slcan(f)}"),
    "ELM327": (
        "ELM327 v1.5\n\n>ATH1\nOK\n>ATMA\n",
        lambda _, f: f"{clock(f, '{h:02}:{m:02}:{s:02}.{ms:03}')} {elm(f)} ",
    ),
    "a sketch's Standard ID": (
        "",
        lambda _, f: f"{clock(f, '{h:02}:{m:02}:{s:02}.{ms:03}')} -> {flag(f, 'Extended', 'Standard')} ID: 0x{f.hex}       DLC: {len(f.payload)}"
        f"  Data: {' '.join(f'0x{byte:02X}' for byte in f.payload)}",
    ),
    "a sketch's ID and Data": ("", lambda _, f: f"Time: {f.ms / 1000:.3f} s, ID: {f.ident:X}, Data: {f.cells(',', 'X')}".replace(" s,", ",")),
    "ESP-IDF": ("", lambda _, f: f"I ({f.ms}) TWAI: ID: 0x{f.ident:X}, DLC: {len(f.payload)}, Data: {f.cells()}"),
    "mdf2csv": (
        "TimestampEpoch;BusChannel;ID;IDE;DLC;DataLength;Dir;EDL;BRS;DataBytes\n",
        lambda _, f: f"{1_700_000_000 + f.ms / 1000:.6f};1;{f.ident:x};{flag(f, '1', '0')};{len(f.payload)};{len(f.payload)};0;0;0;{f.cells('')}",
    ),
    "asammdf": (
        "timestamps,CAN_DataFrame.BusChannel,CAN_DataFrame.ID,CAN_DataFrame.IDE,CAN_DataFrame.DLC,CAN_DataFrame.DataBytes\n",
        lambda _, f: f'{f.ms / 1000:.6f},1,{f.ident},{flag(f, "1", "0")},{len(f.payload)},"[{f.cells(" ", "d")}]"',
    ),
    "tshark": ("frame.time_epoch\tcan.id\tdata.data\n", lambda _, f: f"{f.ms / 1000:.6f}\t0x{f.ident:08x}\t{f.cells(':', '02x')}"),
    "Python's lists": ("time,id,data\n", lambda _, f: f'{f.ms / 1000:.3f},0x{f.ident:X},"{list(f.payload)}"'),
    "0x before each byte": (
        "time,id,dlc,data\n",
        lambda _, f: f"{f.ms / 1000:.3f},0x{f.ident:X},{len(f.payload)},{' '.join(f'0x{byte:02x}' for byte in f.payload)}",
    ),
    "SavvyCAN, from German Excel": (
        "Time Stamp;ID;Extended;Dir;Bus;LEN;D1;D2;D3;D4;D5;D6;D7;D8\n",
        lambda _, f: f"{us(f)};{f.ident:08X};{flag(f, 'WAHR', 'FALSCH')};Rx;0;{len(f.payload)};{f.padded(';', '')};",
    ),
    "ASC without its head": ("", lambda _, f: f"   {f.ms / 1000:.6f} 1  {f.ident:X}{flag(f, 'x', '')}             Rx   d {len(f.payload)} {f.cells()}"),
    "candump -c": ("", lambda _, f: f" \x1b[31m({f.ms / 1000:010.6f})\x1b[0m  can0  {wide(f)}   [{len(f.payload)}]  {f.cells()}"),
    "Markdown": ("| Time | ID | DLC | Data |\n|---|---|---|---|\n", lambda _, f: f"| {f.ms / 1000:.3f} | {f.hex} | {len(f.payload)} | {f.cells()} |"),
    "time id#data": ("", lambda _, f: f"{f.ms / 1000:.3f} {wide(f)}#{f.cells('')}"),
}  # fmt: skip
"""By name: what stands over the lines, and what makes a line of a frame and its number."""

WITHOUT_STAMPS: dict[str, Callable[[int, Sent], str]] = {
    "candump": lambda _, f: f"  can0  {wide(f)}   [{len(f.payload)}]  {f.cells()}",
    "serial console": lambda _, f: f"RX0 {f.ident:X} [{len(f.payload)}] {f.cells()}",
    "playback": lambda _, f: f"{f.ident:X} [{len(f.payload)}] {f.cells()}",
    "cansend": lambda _, f: f"{wide(f)}#{f.cells('')}",
    "slcan": lambda _, f: slcan(f),
    "ELM327's monitor": lambda _, f: elm(f),
    "a sketch's Standard ID": lambda _, f: (
        f"{flag(f, 'Extended', 'Standard')} ID: 0x{f.hex}  DLC: {len(f.payload)}  Data: {f.cells()}"
    ),
    "id, length, bytes": lambda _, f: f"{f.hex} {len(f.payload)} {f.cells()}",
    "stamps that stand still": lambda _, f: (
        f"(0.00) RX0 {f.ident:X} [{len(f.payload)}] {f.cells()}"
    ),
}
"""The same without a time."""


def wide(sent: Sent) -> str:
    """An identifier as candump writes it."""
    return f"{sent.ident:08X}" if sent.x else f"{sent.ident:03X}"


def slcan(sent: Sent) -> str:
    return f"{flag(sent, 'T', 't')}{wide(sent)}{len(sent.payload)}{sent.cells('')}"


def elm(sent: Sent) -> str:
    """An identifier of 29 bits in four bytes, then the bytes, without a length."""
    parts = [wide(sent)] if not sent.x else re.findall("..", wide(sent))
    return f"{' '.join(parts)} {sent.cells()}"


def written(name: str, drive: list[Sent] = DRIVE) -> bytes:
    """The drive as the tool `name` writes it."""
    head, line = LOGS[name]
    end = "\r" if head.endswith("\r") else "\n"
    lines = "".join(line(at, sent) + end for at, sent in enumerate(drive))
    return (head + lines + "}" * head.startswith("{")).encode()
