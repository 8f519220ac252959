"""What a DBC file describes: messages, and where in their payloads the signals lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PGN_OF_PDU2: Final = 0x3FFFF
"""Extended data page, data page, PDU format and group extension: J1939-21's 18-bit number."""
PGN_OF_PDU1: Final = 0x3FF00
"""The same without what is a destination address where the PDU format is below 240."""


@dataclass(frozen=True, slots=True)
class SignalDef:
    """Where a signal lies in its message's payload and what its raw value means.

    `start` is the DBC's bit number (bit 0 of byte 0 is 0, bit 7 of byte 1 is 15) of the least
    significant bit, or of the most significant one where `big_endian` (Motorola). The value is
    `raw * factor + offset` in `unit`. Where `multiplexer` names another signal of the message, this
    one is there only while that one's raw (unsigned) value lies in one of `ranges`, ends included.
    Raw values in one of `reserved` stand for no value ("not available"): they are unknown.
    """

    name: str
    start: int
    length: int
    big_endian: bool
    signed: bool
    is_float: bool
    factor: int | float
    offset: int | float
    unit: str
    multiplexer: str | None = None
    ranges: tuple[tuple[int, int], ...] = ()
    reserved: tuple[tuple[int, int], ...] = ()

    @property
    def first_bit(self) -> int:
        """The place of the first bit, counted in the order of the signal's own byte order."""
        return first_bit(self.start, self.big_endian)

    @property
    def needs(self) -> int:
        """The payload bytes that a frame must have for the whole signal to be there."""
        return (self.first_bit + self.length + 7) // 8


@dataclass(frozen=True, slots=True)
class MessageDef:
    """A message: `id` without flag bits, `length` in bytes as the file declares it.

    A `j1939` message is recognised by its parameter group alone, whoever sends it. The frames of one
    that the file or the law declares `diagnostic` are ISO-TP's (ISO 15765-2), after `address_bytes`
    of an address.
    """

    name: str
    id: int
    extended: bool
    length: int
    signals: tuple[SignalDef, ...]
    j1939: bool = False
    fd: bool = False
    line: int = 0
    declared_diagnostic: bool = False
    address_bytes: int = 0

    @property
    def diagnostic(self) -> bool:
        """Whether the file or the law declares its identifier diagnostic."""
        return self.declared_diagnostic or is_diagnostic(
            self.id, extended=self.extended, j1939=self.j1939
        )

    @property
    def needs(self) -> int:
        """The payload bytes that hold all of its signals."""
        return max((signal.needs for signal in self.signals), default=0)

    @property
    def group(self) -> int:
        """The J1939 parameter group number of `id`."""
        return parameter_group(self.id)


def is_diagnostic(identifier: int, *, extended: bool, j1939: bool) -> bool:
    """Whether an identifier belongs to diagnosis by law: OBD's (ISO 15765-4, 10.2 to 10.5).

    In a J1939 network these are two parameter groups, of any priority (ISO 15765-3).
    """
    if j1939:
        return parameter_group(identifier) in (0xDA00, 0xDB00)
    if extended:
        return identifier >> 16 in (0x18DA, 0x18DB)
    return 0x7E0 <= identifier <= 0x7EF or identifier == 0x7DF


def first_bit(start: int, big_endian: bool) -> int:
    """A signal's first bit: the most significant one, from each byte's top, where `big_endian`."""
    return start // 8 * 8 + 7 - start % 8 if big_endian else start


def parameter_group(identifier: int) -> int:
    """The J1939 parameter group number in a 29-bit identifier (SAE J1939-21, 5.2)."""
    number = identifier >> 8
    return number & (PGN_OF_PDU1 if number >> 8 & 0xFF < 240 else PGN_OF_PDU2)
