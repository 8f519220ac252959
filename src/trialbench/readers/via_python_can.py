"""Frames through python-can's own readers: the rare ways, at python-can's speed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from trialbench.errors import RecordingError
from trialbench.readers.raw import Columns, Raw, in_order
from trialbench.recording import BRS, ERROR, ESI, EXTENDED, FD, REMOTE, TX, Damage

if TYPE_CHECKING:
    from collections.abc import Iterable

_FLAGS: Final = (
    (EXTENDED, "is_extended_id"), (FD, "is_fd"), (REMOTE, "is_remote_frame"), (ERROR, "is_error_frame"),
    (BRS, "bitrate_switch"), (ESI, "error_state_indicator"),
)  # fmt: skip


def read_through(reader: str, data: bytes, base: int, **options: Any) -> Raw:
    """The frames that python-can's `reader` (a class of `can.io`) gives, channels raised by `base`."""
    import can

    text = reader in ("ASCReader", "TRCReader")
    file = io.StringIO(data.decode("latin-1")) if text else io.BytesIO(data)
    messages: list[Any] = []
    errors: list[Damage] = []
    try:
        for message in getattr(can, reader)(file, **options):
            messages.append(message)
    except Exception as error:
        if not messages:
            raise RecordingError(f"python-can cannot read it: {error}") from None
        last = round(messages[-1].timestamp * 1e9)
        errors.append(Damage(f"frame {len(messages) + 1}", f"{type(error).__name__} {error}", last))
    frames, backwards = in_order(_columns(messages, base), lambda at: f"frame {at + 1}")
    return Raw(frames, errors=(*errors, *backwards))


def _columns(messages: Iterable[Any], base: int) -> Columns:
    messages = list(messages)
    columns = Columns.room(len(messages), 64)
    for at, message in enumerate(messages):
        columns.times_ns[at] = round(message.timestamp * 1e9)
        columns.bus[at] = (message.channel or 0) + base
        columns.ids[at] = message.arbitration_id
        flags = sum(bit for bit, name in _FLAGS if getattr(message, name))
        columns.flags[at] = flags | (0 if message.is_rx else TX)
        payload = b"" if flags & (REMOTE | ERROR) else bytes(message.data)
        columns.lengths[at] = len(payload)
        columns.data[at, : len(payload)] = np.frombuffer(payload, np.uint8)
    return columns
