"""A recording: the frames of a vehicle's buses, or plain signals, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from trialbench import display, table
from trialbench.damage import Damage, lost
from trialbench.errors import TrialbenchError
from trialbench.frames import Frames
from trialbench.signal import Signal, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from trialbench.dbc import Decoded


class _Damaged(Mapping[str, Signal]):
    """A damaged recording's signals: each is unknown where a sample of it may have been lost.

    That is until its own next sample: the one that was lost would have held until then.
    """

    def __init__(
        self, signals: Mapping[str, Signal], unknown: tuple[Unknown, ...], end: int
    ) -> None:
        self._signals, self._unknown, self._end = signals, unknown, end
        self._made: dict[str, Signal] = {}

    def __getitem__(self, name: str) -> Signal:
        if name not in self._made:
            signal = self._signals[name]
            self._made[name] = signal.unknown_in(_until_next(signal, self._unknown, self._end))
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._signals

    def __iter__(self) -> Iterator[str]:
        return iter(self._signals)

    def __len__(self) -> int:
        return len(self._signals)


def _until_next(signal: Signal, unknown: Iterable[Unknown], end: int) -> Iterator[Unknown]:
    """Each interval up to the signal's first sample behind it; without one, up to the `end`."""
    for span in unknown:
        at = int(signal.times_ns.searchsorted(span.to_ns))
        yield replace(span, to_ns=int(signal.times_ns[at]) if at < len(signal) else end)


@dataclass(frozen=True, eq=False)
class Recording:
    """One recording: `signals` by name, `errors`, and `sha256` of the file as it was read.

    `signals` maps a name to its `Signal`, and decodes at the first look; a name is the DBC's
    signal name, `Message.Signal` where two messages share one, and either may carry the bus in
    front, `2:Speed`. Where one of `errors` may have lost samples, every signal is `unknown`.
    `frames` is None for a recording of plain signals. `start_ns` and `end_ns` are the first and the
    last instant of anything recorded (of any frame, decoded or not).
    `undecoded_frames` counts frames for which no DBC has a message. `dbc_problems` are the parts of
    the DBC files that were left out; `decoded` is what they make of the frames. `notes` tell what was
    taken for granted or left out with no sample lost, a sentence each; `skipped_events` counts, by
    kind, events of the file that are no CAN frames.
    """

    name: str
    sha256: str
    signals: Mapping[str, Signal]
    start_ns: int
    end_ns: int
    errors: tuple[Damage, ...] = ()
    frames: Frames | None = None
    undecoded_frames: int = 0
    dbc_sha256: Mapping[str, str] = field(default_factory=dict)
    dbc_problems: tuple[str, ...] = ()
    decoded: Decoded | None = None
    notes: tuple[str, ...] = ()
    skipped_events: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.unknown:
            object.__setattr__(
                self, "signals", _Damaged(self.signals, self.unknown, self.extent_ns[1] + 1)
            )

    @property
    def extent_ns(self) -> tuple[int, int]:
        """The first and the last instant of what it holds or lost.

        One nanosecond of the unknown on either side stands for all that was lost there.
        """
        begin = self.start_ns - any(damage.from_ns is None for damage in self.errors)
        return begin, self.end_ns + any(damage.to_ns is None for damage in self.errors)

    @property
    def unknown(self) -> tuple[Unknown, ...]:
        """Where damage may have lost samples of any signal."""
        return tuple(lost(self.errors, *self.extent_ns))

    def describes(self, name: str) -> bool:
        """Whether a DBC describes a signal of that name, recorded or not."""
        return self.decoded is not None and self.decoded.describes(name)

    def message_of(self, name: str) -> str | None:
        """The message that carries a signal, None for a plain one."""
        return (
            None
            if self.decoded is None or name not in self.decoded
            else self.decoded.message_of(name)
        )

    def to_pandas(self, names: Iterable[str] | None = None) -> pd.DataFrame:
        """These signals as a table, by default all: a column each, a row an instant.

        A column is called `name [unit]`, or `name` where no unit is known. The index is seconds
        since `start_ns`; NaN is where a signal has no sample at that instant, or one that is NaN.
        (A signal's `unknown` intervals are not in the table.) Raises `TrialbenchError` for a name
        that is not in `signals`, and where pandas is not installed.
        """
        asked = list(self.signals if names is None else names)
        for name in asked:
            if name not in self.signals:
                raise TrialbenchError(f"{self.name} has no signal {name!r}")
        return table.to_pandas({name: self.signals[name] for name in asked}, self.start_ns)

    def _repr_html_(self) -> str:
        return display.html(self)

    @cached_property
    def generated(self) -> bool:
        """Whether the bench's own vehicle model wrote it (its files are named `generated-…`)."""
        return is_generated(self.name)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that should have been a recording: nothing of it could be read, `cause` says why."""

    name: str
    sha256: str
    cause: str

    @property
    def generated(self) -> bool:
        """As of a `Recording`."""
        return is_generated(self.name)


def is_generated(name: str) -> bool:
    """Whether the bench's own vehicle model wrote the file of this name."""
    return name.startswith("generated-")
