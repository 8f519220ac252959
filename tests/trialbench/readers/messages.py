"""CAN messages of all kinds, written through python-can, and what its readers make of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import can
from hypothesis import strategies as st

from trialbench.frames import BRS, ERROR, ESI, EXTENDED, FD, REMOTE, TX

if TYPE_CHECKING:
    from pathlib import Path

    from trialbench.frames import Frames

EPOCH_S = 1_700_000_000
FD_LENGTHS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 20, 24, 32, 48, 64)
FLAGS = (
    (EXTENDED, "is_extended_id"), (FD, "is_fd"), (REMOTE, "is_remote_frame"), (ERROR, "is_error_frame"),
    (BRS, "bitrate_switch"), (ESI, "error_state_indicator"),
)  # fmt: skip

Seen = tuple[int, int | None, int, int, bytes]


@st.composite
def message(draw: Any, kinds: tuple[str, ...], channels: int) -> can.Message:
    kind = draw(st.sampled_from(kinds))
    extended = draw(st.booleans())
    fd = kind == "fd"
    length = draw(st.sampled_from(FD_LENGTHS)) if fd else draw(st.integers(0, 8))
    payload = draw(st.binary(min_size=length, max_size=length)) if kind in ("data", "fd") else b""
    return can.Message(
        arbitration_id=draw(st.integers(0, 0x1FFFFFFF if extended else 0x7FF)),
        is_extended_id=extended,
        is_fd=fd,
        is_remote_frame=kind == "remote",
        is_error_frame=kind == "error",
        bitrate_switch=fd and draw(st.booleans()),
        error_state_indicator=fd and draw(st.booleans()),
        dlc=0 if kind == "error" else length,
        data=payload or None,
        channel=draw(st.integers(0, channels - 1)),
        is_rx=draw(st.booleans()),
        check=True,
    )


@st.composite
def messages(
    draw: Any, kinds: tuple[str, ...] = ("data", "fd", "remote", "error"), channels: int = 3
) -> list[can.Message]:
    """Messages in order of time, on whole microseconds from the second `EPOCH_S` on."""
    made = draw(st.lists(message(kinds, channels), min_size=1, max_size=12))
    time_us = 0
    for each in made:
        time_us += draw(st.integers(0, 2_000_000))
        each.timestamp = EPOCH_S + time_us / 1e6
    return made


def drive(count: int = 300, *, fd: bool = False, channels: int = 1) -> list[can.Message]:
    """Plain traffic: `count` messages, a millisecond apart, of four ids."""
    return [
        can.Message(
            timestamp=EPOCH_S + k / 1000,
            arbitration_id=0x100 + k % 4,
            is_extended_id=False,
            is_fd=fd and k % 5 == 0,
            data=bytes((k * j + j) % 256 for j in range(24 if fd and k % 5 == 0 else 8)),
            channel=k % channels,
        )
        for k in range(count)
    ]


def write(path: Path, made: list[can.Message], **options: Any) -> Path:
    with can.Logger(path, **options) as logger:
        for each in made:
            logger.on_message_received(each)
    return path


def seen(frames: Frames, *, base: int = 0) -> list[Seen]:
    """Frames as comparable tuples: time in whole microseconds, bus, id, flags without TX, data."""
    return [
        (
            round(int(frames.times_ns[k]) / 1000),
            int(frames.bus[k]) - base,
            int(frames.ids[k]),
            int(frames.flags[k]) & ~TX,
            frames.data[k, : frames.lengths[k]].tobytes(),
        )
        for k in range(len(frames))
    ]


def told(made: list[can.Message]) -> list[Seen]:
    """Messages as comparable tuples; remote and error frames carry nothing."""
    return [
        (
            round(each.timestamp * 1e6),
            each.channel,
            each.arbitration_id,
            sum(bit for bit, name in FLAGS if getattr(each, name)),
            b"" if each.is_remote_frame or each.is_error_frame else bytes(each.data),
        )
        for each in made
    ]
