"""Room for long results. Fresh memory costs more to touch than to fill, unless its pages are huge.

So long arrays lie in huge pages, and those of a result that nobody holds any more are taken again.
"""

from __future__ import annotations

import mmap
import threading
import weakref
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

HUGE: Final = 1 << 21
ADVICE: Final[int | None] = getattr(mmap, "MADV_HUGEPAGE", None)  # Linux has it
KEPT: Final = 64 << 20
"""How many bytes may wait to be taken again."""

_spare: list[mmap.mmap] = []
_lock = threading.RLock()  # an array may be collected while its thread holds it


def room(size: int, dtype: type[np.generic]) -> NDArray[Any]:
    """An array of eight-byte values with nothing said of what is in it."""
    need = size * 8 + HUGE
    if ADVICE is None or need < 3 * HUGE:
        return np.empty(size, dtype)
    pages = _taken(need, ADVICE)
    # Only what is aligned becomes huge, so begin at a huge page's edge.
    first = -np.frombuffer(pages, np.uint8, 1).ctypes.data % HUGE
    array = np.frombuffer(pages, dtype, size, first)
    # Views hold the array, so it goes when the last of them has gone.
    weakref.finalize(array, _give_back, pages).atexit = False
    return array


def uniform(value: float, size: int) -> NDArray[np.float64]:
    """One number many times over, which takes no room at all: not to be written, nor contiguous."""
    array = np.ndarray((size,), np.float64, np.array([value]), 0, (0,))
    array.flags.writeable = False
    return array


def is_uniform(values: NDArray[np.float64]) -> bool:
    """Whether it was made as one number many times over."""
    return values.strides == (0,)


class Growing:
    """An array that grows towards its start, up to `size` values; no room while it is uniform."""

    def __init__(self, last: NDArray[np.float64], size: int) -> None:
        self.values = last
        self._size = size
        self._room: NDArray[np.float64] | None = None

    def prepend(self, values: NDArray[np.float64]) -> None:
        """More values, before those that are there."""
        there, count = self.values.size, self.values.size + values.size
        if is_uniform(values) and is_uniform(self.values) and values[0] == self.values[0]:
            self.values = uniform(values[0], count)
            return
        if self._room is None:
            self._room = room(self._size, np.float64)
            self._room[self._size - there :] = self.values
        self._room[self._size - count : self._size - there] = values
        self.values = self._room[self._size - count :]


def _taken(need: int, advice: int) -> mmap.mmap:
    with _lock:
        for pages in _spare:
            if need <= len(pages) <= 2 * need:
                _spare.remove(pages)
                return pages
    pages = mmap.mmap(-1, need, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    pages.madvise(advice)
    return pages


def _give_back(pages: mmap.mmap) -> None:
    with _lock:
        if sum(map(len, _spare)) + len(pages) <= KEPT:
            _spare.append(pages)
