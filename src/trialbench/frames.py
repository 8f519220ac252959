"""Frames of CAN buses in columns, and the bits of their flags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Bits of Frames.flags
EXTENDED: Final = 1
"""29-bit identifier."""
FD: Final = 2
"""CAN FD frame."""
REMOTE: Final = 4
"""Remote frame: carries no data."""
ERROR: Final = 8
"""Error frame: carries no data of a sender."""
BRS: Final = 16
"""CAN FD bit-rate switch."""
ESI: Final = 32
"""CAN FD error state indicator."""
TX: Final = 64
"""Sent by the recorder itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """The frames of a recording in columns, in order of time; all arrays read-only, of length n.

    `times_ns` int64, `bus` uint8 (as the recorder numbers its channels; candump's `can0` is 0),
    `ids` uint32 (without flag bits), `flags` uint8 (EXTENDED, FD, REMOTE, …), `lengths` uint8
    (payload bytes), `data` uint8 of shape (n, 8), or (n, 64) where a frame is longer; the bytes
    after a frame's length are zero.
    """

    times_ns: NDArray[np.int64]
    bus: NDArray[np.uint8]
    ids: NDArray[np.uint32]
    flags: NDArray[np.uint8]
    lengths: NDArray[np.uint8]
    data: NDArray[np.uint8]

    def __post_init__(self) -> None:
        for name in ("times_ns", "bus", "ids", "flags", "lengths", "data"):
            array = getattr(self, name)
            if array.flags.writeable:
                array = array.view()
                array.flags.writeable = False
                object.__setattr__(self, name, array)

    def __len__(self) -> int:
        return int(self.times_ns.size)
