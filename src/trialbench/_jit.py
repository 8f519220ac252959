"""The one way to compile a kernel: cached on disk, so that a fresh process starts fast."""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def kernel(function: F) -> F:
    """Compile `function` at its first call; later processes load it from the cache."""
    return cast("F", numba.njit(cache=True, nogil=True, boundscheck=False)(function))
