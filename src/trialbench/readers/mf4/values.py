"""The values of one channel over many records, and the times of a group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from trialbench.readers.mf4.blocks import BrokenBlock
from trialbench.readers.mf4.kernels import bits
from trialbench.readers.mf4.structure import (
    FIXED,
    MASTER,
    VIRTUAL,
    VIRTUAL_MASTER,
    Channel,
    Conversion,
    Group,
)
from trialbench.readers.raw import LATEST_NS, NO_TIME

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.floating[Any] | np.integer[Any]]

_TIME: Final = 1
"""cn_sync_type of a master that is time."""
_FLOATS: Final = {16: np.float16, 32: np.float32, 64: np.float64}
_LINEAR, _RATIONAL, _ALGEBRAIC, _INTERPOLATED, _TABLE, _RANGES = range(1, 7)
_FIRST_TEXT: Final = 7
"""From this cc_type on conversions give or take text; the number behind them is the value."""


class Records(NamedTuple):
    """The records of one group: where each starts in `data`."""

    group: Group
    data: NDArray[np.uint8]
    starts: NDArray[np.int64]


class Unread(Exception):  # noqa: N818 - no error: somebody else reads it
    """A channel in a shape that this package leaves to asammdf."""


def raw_values(records: Records, channel: Channel) -> Numbers:
    """A channel's numbers before conversion. Raises `BrokenBlock` where they leave the record."""
    count = records.starts.size
    if channel.kind in (VIRTUAL, VIRTUAL_MASTER):
        return np.arange(count, dtype=np.int64)
    size = (channel.bit + channel.bits + 7) // 8
    if channel.byte + size > records.group.size:
        raise BrokenBlock(
            records.group.block.at, f"the channel {channel.name!r} lies outside of its record"
        )
    if channel.bits == 0 or channel.bit + channel.bits > 64 or channel.data_type > 5:
        raise Unread(channel.name)
    big = channel.data_type % 2 == 1
    raw: NDArray[np.uint64] = bits(
        records.data, records.starts, channel.byte, channel.bit, channel.bits, big
    )
    if channel.data_type >= 4:
        return _as_float(raw, channel)
    if channel.data_type >= 2:
        shift = np.uint64(64 - channel.bits)
        return (raw << shift).view(np.int64) >> shift.astype(np.int64)
    return raw


def _as_float(raw: NDArray[np.uint64], channel: Channel) -> NDArray[np.float64]:
    if channel.bits not in _FLOATS or channel.bit:
        raise Unread(channel.name)
    narrow = raw.astype(np.dtype(f"u{channel.bits // 8}"))
    return narrow.view(_FLOATS[channel.bits]).astype(np.float64)


def values(records: Records, channel: Channel) -> NDArray[np.float64]:
    """A channel's physical numbers as float64, NaN where they are marked invalid."""
    raw = raw_values(records, channel)
    physical = converted(raw, channel.conversion).astype(np.float64, copy=True)
    if channel.flags & 1:
        physical[:] = np.nan
    elif channel.flags & 2 and records.group.size > records.group.data_size:
        byte = records.group.data_size + channel.invalid_bit // 8
        if byte < records.group.size:
            bit = channel.invalid_bit % 8
            invalid = bits(records.data, records.starts, byte, bit, 1, False)
            physical[invalid != 0] = np.nan
    return physical


def converted(raw: Numbers, conversion: Conversion | None) -> Numbers:
    """Numbers after their conversion (ASAM MDF 4.1, 4.17). Raises `Unread` for the rare ones."""
    if conversion is None or conversion.kind == 0 or conversion.kind >= _FIRST_TEXT:
        return raw
    kind, parameters = conversion
    if kind == _LINEAR and len(parameters) == 2:
        offset, factor = parameters
        return raw if (offset, factor) == (0.0, 1.0) else raw * factor + offset
    if kind == _RATIONAL and len(parameters) == 6:
        a, b, c, d, e, f = parameters
        x = raw.astype(np.float64)
        with np.errstate(all="ignore"):  # a pole is inf or nan, and so unknown
            return (a * x * x + b * x + c) / (d * x * x + e * x + f)
    if kind in (_INTERPOLATED, _TABLE) and len(parameters) >= 2 and len(parameters) % 2 == 0:
        return _looked_up(raw.astype(np.float64), np.array(parameters), exact=kind == _TABLE)
    raise Unread(f"conversion {kind}")


def _looked_up(
    raw: NDArray[np.float64], table: NDArray[np.float64], *, exact: bool
) -> NDArray[np.float64]:
    """Between the table's keys linearly, or (exact) the value of the nearest key, the lower of two."""
    keys, found = table[0::2], table[1::2]
    if not exact:
        return np.interp(raw, keys, found)
    return found[np.searchsorted((keys[1:] + keys[:-1]) / 2, raw, side="left")]


def times_ns(records: Records, start_ns: int) -> NDArray[np.int64] | None:
    """The instant of each record, NO_TIME where it does not fit; None where no time is told."""
    for channel in records.group.channels:
        if channel.kind in (MASTER, VIRTUAL_MASTER) and channel.sync == _TIME:
            return _instants(records, channel, start_ns)
    return None


def _instants(records: Records, channel: Channel, start_ns: int) -> NDArray[np.int64]:
    """Times kept in whole steps (nanoseconds, microseconds) stay exact integers."""
    raw = raw_values(records, channel)
    conversion = channel.conversion
    offset, factor = 0.0, 1.0
    if conversion is not None and conversion.kind == _LINEAR and len(conversion.parameters) == 2:
        offset, factor = conversion.parameters
    elif conversion is not None and conversion.kind != 0:
        raw = converted(raw, conversion)
    step = factor * 1e9
    whole = round(step) if abs(step) < 1e12 else 0
    if whole > 0 and abs(step - whole) < 1e-9 * whole:
        step = float(whole)
    with np.errstate(all="ignore"):  # nonsense becomes NO_TIME
        if raw.dtype.kind in "iu" and step == whole and offset == 0.0 and channel.bits <= 48:
            since = raw.astype(np.int64) * whole if whole < 1 << 14 else raw * step
        else:
            since = raw * step + offset * 1e9
        fits = np.abs(since + float(start_ns)) < float(LATEST_NS)
    instants = np.rint(np.where(fits, since, 0)).astype(np.int64) + start_ns
    instants[~fits] = NO_TIME
    return instants


def is_fixed(channel: Channel) -> bool:
    """Whether each record holds exactly one number of the channel."""
    return channel.kind in (FIXED, VIRTUAL) and channel.data_type <= 5 and not channel.array
