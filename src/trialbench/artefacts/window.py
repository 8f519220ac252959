"""The `[window]` of an ONNX artefact's manifest: what of the inputs its model is shown at once."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from trialbench.errors import ArtefactError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from trialbench.signal import Signal

MOST_STEPS: Final = 100_000
"""The longest window, and the longest stride, in steps."""

_LARGEST: Final = float(np.finfo(np.float32).max)
_KEYS: Final = ("length", "stride", "inputs", "otherwise")


@dataclass(frozen=True, slots=True)
class Scaling:
    """How an input's value x is shown: (x - mean) / scale."""

    mean: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Window:
    """`length` steps of the protocol's period, and another window `stride` steps later.

    `inputs` maps names of the protocol's inputs to their scaling; `otherwise` maps outputs to what is
    answered where there is no whole window of known values (NaN, unknown, unless it says another).
    """

    length: int
    stride: int = 1
    inputs: Mapping[str, Scaling] = field(default_factory=dict)
    otherwise: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def read(cls, table: object) -> Window:
        """Out of a manifest's table. Raises `ArtefactError`."""
        named = _table("", table, _KEYS)
        if "length" not in named:
            raise ArtefactError("[window] has no 'length': say of how many steps a window is")
        inputs = {
            name: _scaling(f"inputs.{name}", value)
            for name, value in _table("inputs", named.get("inputs", {})).items()
        }
        otherwise = {
            name: _number(f"otherwise.{name}", value)
            for name, value in _table("otherwise", named.get("otherwise", {})).items()
        }
        length, stride = (_steps(key, named.get(key, 1)) for key in ("length", "stride"))
        return cls(length, stride, inputs, otherwise)

    def check(
        self, inputs: Sequence[str], outputs: Sequence[str], events: Collection[str] = ()
    ) -> None:
        """Whether the names are the protocol's, and events 0 or 1. Raises `ArtefactError`."""
        for name, value in self.otherwise.items():
            if name in events and value not in (0.0, 1.0):
                raise ArtefactError(f"window.otherwise.{name} is {value:g}, but an event is 0 or 1")
        for key, named, declared in (
            ("inputs", self.inputs, inputs), ("otherwise", self.otherwise, outputs),
        ):  # fmt: skip
            for name in named:
                if name not in declared:
                    raise ArtefactError(
                        f"window.{key} names {name!r}, but the protocol has {', '.join(declared)}"
                    )

    def windows(self, steps: int) -> int:
        """How many windows there are in so many steps."""
        return max(0, (steps - self.length) // self.stride + 1)

    def last(self, window: int) -> int:
        """The last step of a window (numbered from 0), at which its answer takes effect."""
        return window * self.stride + self.length - 1

    def rows(
        self, inputs: Mapping[str, Signal], times_ns: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """A row a time: per input its newest value so far, scaled; NaN before the first."""
        table = np.full((len(times_ns), len(inputs)), np.nan, np.float32)
        for column, (name, signal) in zip(table.T, inputs.items(), strict=True):
            scaling = self.inputs.get(name, Scaling())
            newest = np.searchsorted(signal.times_ns, times_ns, side="right") - 1
            begun = int(np.searchsorted(newest, 0))
            with np.errstate(over="ignore"):  # beyond what a float32 holds: infinite
                column[begun:] = (signal.values[newest[begun:]] - scaling.mean) / scaling.scale
        return table


def _table(key: str, value: object, known: tuple[str, ...] | None = None) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ArtefactError(f"{_name(key)} must be a table, not {_short(value)}")
    for inner in value:
        if known is not None and inner not in known:
            raise ArtefactError(
                f"unknown key {_name(key, inner)!r}; {_name(key)} takes {', '.join(known)}"
            )
    return value


def _name(*keys: str) -> str:
    return ".".join(key for key in ("window", *keys) if key)


def _scaling(key: str, value: object) -> Scaling:
    named = _table(key, value, ("mean", "scale"))
    scaling = Scaling(**{name: _number(f"{key}.{name}", inner) for name, inner in named.items()})
    if scaling.scale == 0.0:
        raise ArtefactError(f"{_name(key)}.scale must not be 0: values are divided by it")
    return scaling


def _number(key: str, value: object) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if abs(number) <= _LARGEST:
            return number
    raise ArtefactError(f"{_name(key)} must be a number that float32 holds, not {_short(value)}")


def _steps(key: str, value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_STEPS:
        return value
    raise ArtefactError(
        f"{_name(key)} must be a number of steps from 1 to {MOST_STEPS:,}, not {_short(value)}"
    )


def _short(value: object) -> str:
    return f"{value!s:.60}"
