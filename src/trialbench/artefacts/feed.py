"""The questions: an artefact's inputs, cut into what is new at each step."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import numpy as np

from trialbench.artefacts.harness import HEAD, STEP, TOKEN_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from trialbench.signal import Signal

_BLOCK: Final = 4096  # steps prepared at once: cheap per step, flat in the recording's length


class Feed:
    """Steps at `start_ns`, every `step_ns`, up to `end_ns`; each has what is new since the last.

    The first step has all that came up to it. Times are told from `start_ns` on, so that an
    artefact does not learn a recording's date.
    """

    def __init__(
        self, inputs: Mapping[str, Signal], start_ns: int, end_ns: int, step_ns: int
    ) -> None:
        self._signals = list(inputs.values())
        self._start_ns, self._step_ns = start_ns, step_ns
        self.steps = max(0, (end_ns - start_ns) // step_ns + 1)

    def time_ns(self, step: int) -> int:
        """The time of a step on the recording's clock."""
        return self._start_ns + step * self._step_ns

    def times_ns(self, first: int, count: int) -> NDArray[np.int64]:
        """The times of `count` steps from `first` on, on the recording's clock."""
        return self.time_ns(first) + self._step_ns * np.arange(count, dtype=np.int64)

    def questions(self) -> Iterator[tuple[bytes, bytes]]:
        """For each step the token that its answer must carry, and the message that asks."""
        begins = [0] * len(self._signals)
        for first in range(0, self.steps, _BLOCK):
            count = min(_BLOCK, self.steps - first)
            times_ns = self.times_ns(first, count)
            ends = np.array(
                [np.searchsorted(one.times_ns, times_ns, side="right") for one in self._signals],
                dtype=np.int64,
            ).reshape(len(self._signals), count)
            yield from self._block(begins, ends)
            begins = ends[:, -1].tolist()

    def _block(self, begins: list[int], ends: NDArray[np.int64]) -> Iterator[tuple[bytes, bytes]]:
        """The questions of some steps: `ends[i, k]` samples of input i came up to step k."""
        count = ends.shape[1]
        new = np.diff(ends, axis=1, prepend=np.array(begins, np.int64).reshape(-1, 1))
        # Samples ordered by step, then input, then time, so that a step's lie together.
        step = [np.repeat(np.arange(count), row) for row in new]
        order = np.argsort(_joined(step, np.int64), kind="stable")
        cuts = [slice(b, e) for b, e in zip(begins, ends[:, -1].tolist(), strict=True)]
        pairs = list(zip(self._signals, cuts, strict=True))
        times = _joined([one.times_ns[cut] for one, cut in pairs], np.int64)[order] - self._start_ns
        values = _joined([one.values[cut] for one, cut in pairs], np.float64)[order]
        bounds = [0, *(8 * np.cumsum(new.sum(axis=0))).tolist()]
        counts, width = np.ascontiguousarray(new.T, "<u4").tobytes(), 4 * len(self._signals)
        time_bytes, value_bytes = memoryview(times.tobytes()), memoryview(values.tobytes())
        tokens = os.urandom(TOKEN_BYTES * count)
        for k in range(count):
            token = tokens[TOKEN_BYTES * k : TOKEN_BYTES * (k + 1)]
            begin, end = bounds[k], bounds[k + 1]
            head = HEAD.pack(STEP, TOKEN_BYTES + width + 2 * (end - begin))
            cells = counts[width * k : width * (k + 1)]
            yield (
                token,
                b"".join((head, token, cells, time_bytes[begin:end], value_bytes[begin:end])),
            )


def _joined(parts: Sequence[NDArray[np.generic]], dtype: type[np.generic]) -> NDArray[np.generic]:
    return np.concatenate(parts) if parts else np.empty(0, dtype)
