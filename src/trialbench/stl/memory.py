"""Room for long results. Fresh memory costs more to touch than to fill, unless its pages are huge."""

from __future__ import annotations

import mmap
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_HUGE: Final = 1 << 21
_ADVICE: Final = getattr(mmap, "MADV_HUGEPAGE", None)  # Linux has it
_WORTH: Final = 2 * _HUGE


def room(size: int, dtype: type[np.generic]) -> NDArray[Any]:
    """An array of eight-byte values with nothing in it yet; in huge pages where it is long."""
    if _ADVICE is None or size * 8 < _WORTH:
        return np.empty(size, dtype)
    pages = mmap.mmap(-1, size * 8 + _HUGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    pages.madvise(_ADVICE)
    # Only what is aligned becomes huge, so begin at a huge page's edge.
    first = -np.frombuffer(pages, np.uint8, 1).ctypes.data % _HUGE
    return np.frombuffer(pages, dtype, size, first)
