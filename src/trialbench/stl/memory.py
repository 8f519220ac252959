"""Room for long results. Fresh memory costs more to touch than to fill, unless its pages are huge."""

from __future__ import annotations

import mmap
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

HUGE: Final = 1 << 21
ADVICE: Final = getattr(mmap, "MADV_HUGEPAGE", None)  # Linux has it
_WORTH: Final = 2 * HUGE


def room(size: int, dtype: type[np.generic]) -> NDArray[Any]:
    """An array of eight-byte values with nothing in it yet; in huge pages where it is long."""
    if ADVICE is None or size * 8 < _WORTH:
        return np.empty(size, dtype)
    pages = mmap.mmap(-1, size * 8 + HUGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    pages.madvise(ADVICE)
    # Only what is aligned becomes huge, so begin at a huge page's edge.
    first = -np.frombuffer(pages, np.uint8, 1).ctypes.data % HUGE
    return np.frombuffer(pages, dtype, size, first)
