"""The statements of a DBC file that bear on decoding, as they stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

EXTENDED: Final = 1 << 31
"""The bit of a message's key that tells an identifier of 29 bits."""

# Vector's own numbers, for a file that uses the attribute and does not define it.
VECTOR_FORMATS: Final = (
    "StandardCAN", "ExtendedCAN", "reserved", "J1939PG", *("reserved",) * 10,
    "StandardCAN_FD", "ExtendedCAN_FD",
)  # fmt: skip


@dataclass(slots=True)
class RawSignal:
    """A signal line as it stands."""

    name: str
    line: int
    marker: str
    start: int
    length: int
    big_endian: bool
    signed: bool
    factor: float
    offset: float
    unit: str


@dataclass(slots=True)
class RawMessage:
    """A message and its signal lines as they stand; `key` is the identifier with its bit 31.

    The statements about the message name it by its key.
    """

    key: int
    name: str
    line: int
    length: int
    signals: list[RawSignal] = field(default_factory=list)


@dataclass(slots=True)
class RawFile:
    """Everything of a file that bears on decoding, before it is put together."""

    messages: list[RawMessage] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    multiplexed: dict[tuple[int, str], tuple[str, list[tuple[int, int]]]] = field(
        default_factory=dict
    )
    multiplexers: set[tuple[int, str]] = field(default_factory=set)
    value_types: dict[tuple[int, str], int] = field(default_factory=dict)
    long_names: dict[tuple[int, str], str] = field(default_factory=dict)
    values: dict[tuple[int, str], dict[int, str]] = field(default_factory=dict)
    enumerations: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {"VFrameFormat": VECTOR_FORMATS}
    )
    default_format: str = ""
    format_of: dict[int, str] = field(default_factory=dict)
    diagnostic: set[int] = field(default_factory=set)
    addressing_of: dict[int, str] = field(default_factory=dict)
    protocol: str = ""
    current: RawMessage | None = None
    skipping: bool = False

    def problem(self, line: int, what: str) -> None:
        """Note what is wrong, by its line, where there are lines (else 0)."""
        self.problems.append(f"line {line}: {what}" if line else what)
