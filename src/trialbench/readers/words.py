"""Eight characters at a time: digits as SIMD within a 64-bit register (little-endian machines).

The ways are well known: see D. Lemire, "Quickly parsing eight digits", and H. S. Warren, "Hacker's
Delight", chapter 6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.cpython.unsafe.numbers import trailing_zeros
from numba.extending import intrinsic

from trialbench._jit import kernel


def _each(byte: int) -> np.uint64:
    return np.uint64(byte * 0x0101010101010101)


_HIGH: Final = _each(0x80)
_LOW7: Final = _each(0x7F)
_NIBBLE: Final = _each(0x0F)
_UPPER: Final = _each(0xF0)
_ZEROS: Final = _each(0x30)
_SIXES: Final = _each(0x06)
_CASE: Final = _each(0x20)
_ONE: Final = _each(0x01)
_FROM_0: Final = _each(0x80 - 0x30)
_FROM_COLON: Final = _each(0x80 - 0x3A)
_FROM_A: Final = _each(0x80 - 0x61)
_FROM_G: Final = _each(0x80 - 0x67)
_EVEN: Final = np.uint64(0x00FF00FF00FF00FF)
_PAIRS: Final = np.uint64(0x0000FFFF0000FFFF)
_QUADS: Final = np.uint64(0x00000000FFFFFFFF)
_LANES: Final = np.uint64(0x000000FF000000FF)
_TEN: Final = np.uint64(10)
_NINE: Final = np.uint64(9)
_HUNDREDS: Final = np.uint64(0x000F424000000064)
_UNITS: Final = np.uint64(0x0000271000000001)
_ALL: Final = np.uint64(0xFFFFFFFFFFFFFFFF)
_S4, _S6, _S8, _S16, _S32 = (np.uint64(each) for each in (4, 6, 8, 16, 32))


if TYPE_CHECKING:

    def load16(buffer: Any, at: Any) -> Any:
        """The two bytes of `buffer` (uint8) at `at` as one uint16; they must be there."""

    def load32(buffer: Any, at: Any) -> Any:
        """The four bytes at `at` as one uint32."""

    def load64(buffer: Any, at: Any) -> Any:
        """The eight bytes at `at` as one uint64."""

else:

    def _loader(kind: Any) -> Any:
        """An unaligned load, which NumPy's views cannot say."""

        @intrinsic
        def load(typing_context, buffer, at):
            def generate(context, builder, signature, arguments):
                array = context.make_array(signature.args[0])(context, builder, arguments[0])
                place = builder.gep(array.data, [arguments[1]])
                word = builder.bitcast(place, ir.IntType(kind.bitwidth).as_pointer())
                return builder.load(word, align=1)

            return kind(buffer, types.intp), generate

        return load

    load16, load32, load64 = _loader(types.uint16), _loader(types.uint32), _loader(types.uint64)


@kernel
def eight_digits(word: Any) -> Any:
    """The decimal number of eight digits, -1 where one is none."""
    if word & _UPPER != _ZEROS or (word + _SIXES) & _UPPER != _ZEROS:
        return np.int64(-1)
    word -= _ZEROS
    word = word * _TEN + (word >> _S8)
    return np.int64(((word & _LANES) * _HUNDREDS + ((word >> _S16) & _LANES) * _UNITS) >> _S32)


@kernel
def hexadecimal_digits(word: Any) -> Any:
    """How many of the eight characters, from the first on, are hexadecimal digits."""
    low = word & _LOW7
    folded = (word | _CASE) & _LOW7
    decimal = (low + _FROM_0) & ~(low + _FROM_COLON)
    letter = (folded + _FROM_A) & ~(folded + _FROM_G)
    bad = ~((decimal | letter) & ~word) & _HIGH
    return np.int64(8) if bad == np.uint64(0) else np.int64(trailing_zeros(bad)) >> 3


@kernel
def first(word: Any, count: Any) -> Any:
    """The first `count` (0 to 8) bytes of the word, zeros after them."""
    return word if count == 8 else word & ~(_ALL << np.uint64(8 * count))


@kernel
def four_bytes(word: Any) -> Any:
    """The four bytes that eight hexadecimal digits spell, the first the lowest; zeros spell zeros."""
    word = (word & _NIBBLE) + _NINE * ((word >> _S6) & _ONE)
    word = ((word << _S4) | (word >> _S8)) & _EVEN
    word = (word | (word >> _S8)) & _PAIRS
    return (word | (word >> _S16)) & _QUADS


@kernel
def number_of(four: Any) -> Any:
    """The four bytes read as one number, the lowest byte first in writing."""
    swapped = ((four & np.uint64(0xFF)) << np.uint64(24)) | ((four & np.uint64(0xFF00)) << _S8)
    return (
        swapped | ((four >> _S8) & np.uint64(0xFF00)) | ((four >> np.uint64(24)) & np.uint64(0xFF))
    )
