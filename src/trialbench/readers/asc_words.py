"""The words that all frames of an ASC file have in common, and what may be wrong with a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from trialbench._jit import kernel
from trialbench.frames import EXTENDED, TX
from trialbench.readers.text import is_word, number, word

if TYPE_CHECKING:
    from trialbench.readers.raw import Bytes, Int

CAUSES: Final = (
    "neither a CAN frame nor an event that the format knows",
    "the time has not as many decimals as others have, or does not fit 64 bits of nanoseconds",
    "the channel is out of range",
    "the identifier is no number, or out of range",
    "neither data nor remote frame, or no length that fits the dlc",
    "fewer bytes than the frame says, or something else in their place",
    "something follows the frame that its format does not have there",
    "the number behind ID = is not the identifier",
)
BAD_TIME, BAD_CHANNEL, BAD_ID, BAD_KIND, BAD_DATA, BAD_REST, BAD_OTHER_ID = range(1, 8)

ERRORFRAME: Final = word("errorframe")
_RX: Final = word("rx")
_TX: Final = word("tx")
_TXRQ: Final = word("txrq")


@kernel
def direction(buffer: Bytes, begin: Int, end: Int) -> Any:
    """TX or 0 for a direction, -1 for another word."""
    if is_word(buffer, begin, end, _RX):
        return 0
    sent = is_word(buffer, begin, end, _TX) or is_word(buffer, begin, end, _TXRQ)
    return TX if sent else -1


@kernel
def identifier(buffer: Bytes, begin: Int, end: Int, base: Int) -> Any:
    """The identifier (-1: none) and its flag; an x at its end says that it has 29 bits."""
    extended = end > begin and buffer[end - 1] | 32 == 120
    ident = number(buffer, begin, end - extended, base)
    if ident > (0x1FFFFFFF if extended else 0x7FF):
        ident = np.int64(-1)
    return ident, (EXTENDED if extended else 0)


@kernel
def is_line_end(buffer: Bytes, begin: Int, end: Int) -> Any:
    """Whether the line ends where this word would begin, or a comment does."""
    return begin == end or (buffer[begin] == 47 and buffer[begin + 1] == 47)
