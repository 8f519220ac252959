"""The host's side of an ONNX artefact: its inputs cut into rows, sent in bulk; its answers by window.

Nothing of ONNX is imported here: a model is parsed, checked and run inside the sandbox alone.
"""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from trialbench.artefacts import harness
from trialbench.artefacts.conversation import Broken, conversation, not_an_event, one_line
from trialbench.artefacts.feed import Feed
from trialbench.artefacts.result import Limits, Run
from trialbench.artefacts.sandbox import Inside
from trialbench.errors import ArtefactError
from trialbench.signal import Signal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from trialbench.artefacts.conversation import Conversation
    from trialbench.artefacts.loading import Artefact

_HERE: Final = Path(__file__).parent
_INSIDE: Final = Inside(
    _HERE / "onnx_runner.py",
    ("numpy", "onnx"),
    (_HERE / "harness.py", _HERE / "onnx_model.py"),
)
_BLOCK: Final = 512  # windows sent at once, unless their rows are more than
_ROWS: Final = 1 << 14


def check_onnx(
    artefact: Artefact,
    inputs: Sequence[str],
    outputs: Sequence[str],
    *,
    limits: Limits,
    events: Collection[str] = (),
) -> None:
    """Load the model in the sandbox and ask nothing.

    Raises `ArtefactError`: what of it is not taken; `SandboxUnavailable`, `PlatformError`.
    """
    nothing = dict.fromkeys(inputs, Signal([], []))
    failure = run_onnx(
        artefact, nothing, outputs, times=(0, -1, 1), limits=limits, events=events
    ).failure
    if failure is not None:
        raise ArtefactError(
            f"{artefact.entry}: cannot be loaded: {failure}; make it smaller or simpler, "
            "or ask for more in the protocol's [limits]"
        )


def run_onnx(
    artefact: Artefact,
    inputs: Mapping[str, Signal],
    outputs: Sequence[str],
    *,
    times: tuple[int, int, int],
    limits: Limits,
    events: Collection[str] = (),
) -> Run:
    """Run an ONNX artefact; `times` are the first step, the last time, and the period, in ns.

    Raises `ArtefactError` for a model that is not taken, `SandboxUnavailable`, `PlatformError`.
    """
    trial = _Trial(artefact, inputs, outputs, Feed(inputs, *times), limits, events)
    with conversation(artefact, _INSIDE, limits, _BLOCK * 4 * len(outputs)) as talk:
        failure = talk.hold(trial.config(), trial.feed, partial(trial.ask, talk))
    return Run(trial.signals(), failure, talk.text(), talk.cpu_s, talk.wall_s, talk.limiter)


class _Trial:
    """The windows of one recording, and what was answered to them."""

    def __init__(
        self,
        artefact: Artefact,
        inputs: Mapping[str, Signal],
        outputs: Sequence[str],
        feed: Feed,
        limits: Limits,
        events: Collection[str],
    ) -> None:
        assert artefact.window is not None  # noqa: S101 - loading sees to it
        self.feed, self._artefact, self._window = feed, artefact, artefact.window
        self._inputs, self._outputs = inputs, outputs
        self._window.check(list(inputs), outputs, events)
        self._on_off = [at for at, name in enumerate(outputs) if name in events]
        fitting = (_ROWS - self._window.length) // self._window.stride + 1
        # Where each answer has a time of its own to come in, each is asked for by itself.
        self._block = 1 if limits.step_s is not None else max(1, min(_BLOCK, fitting))
        self._answers: list[NDArray[np.float32]] = []

    def config(self) -> dict[str, object]:
        """What the runner is told."""
        return {
            "model": self._artefact.entry,
            "length": self._window.length,
            "stride": self._window.stride,
            "inputs": len(self._inputs),
            "otherwise": [self._otherwise(name) for name in self._outputs],
        }

    def ask(self, talk: Conversation) -> None:
        """Ask about every window. Raises `Broken`, `ArtefactError`."""
        kind, payload = talk.receive()
        if kind != harness.CHECKED:
            raise Broken("output", "wrote garbage where an answer is expected")
        if payload:
            raise ArtefactError(
                f"{self._artefact.entry}: {one_line(payload.decode(errors='replace'))}"
            )
        talk.steps = self._window.last(0)
        windows = self._window.windows(self.feed.steps)
        for first in range(0, windows, self._block):
            talk.begin_step()
            self._ask_some(talk, first, min(self._block, windows - first))
            talk.end_step()
        talk.steps = self.feed.steps
        talk.end()

    def _ask_some(self, talk: Conversation, first: int, count: int) -> None:
        """Ask about `count` windows from `first` on."""
        begin, stride = first * self._window.stride, self._window.stride
        times_ns = self.feed.times_ns(begin, (count - 1) * stride + self._window.length)
        talk.send(harness.STEP, self._window.rows(self._inputs, times_ns).tobytes())
        kind, payload = talk.receive()
        width = 4 * len(self._outputs)
        if kind != harness.ANSWER or len(payload) % width or len(payload) > count * width:
            raise Broken("output", "wrote garbage where an answer is expected")
        answers = np.frombuffer(payload, "<f4").reshape(-1, len(self._outputs))
        if np.isinf(answers).any():
            raise Broken("output", "answered an infinite number")
        switched = answers[:, self._on_off]
        wrong = ~(np.isnan(switched) | np.isin(switched, (0.0, 1.0)))
        sound = int(wrong.any(axis=1).argmax()) if wrong.any() else len(answers)
        self._answers.append(answers[:sound])
        talk.steps = self._window.last(first + sound)
        if sound < len(answers):
            raise not_an_event(float(switched[wrong][0]))
        if len(answers) < count:  # it says why
            talk.receive()
            raise Broken("output", "did not answer")

    def signals(self) -> dict[str, Signal]:
        """Each output as it was answered: from a window's last step on, until the next window's."""
        answers = np.concatenate([np.empty((0, len(self._outputs)), np.float32), *self._answers])
        before, steps_ns = self._window.last(0), self.feed.times_ns(0, self.feed.steps)
        times_ns = steps_ns[before :: self._window.stride][: len(answers)]
        signals = {}
        for name, column in zip(self._outputs, answers.T.astype(np.float64), strict=True):
            first = self._otherwise(name)
            early = [] if math.isnan(first) else [first] * min(1, self.feed.steps, before)
            signals[name] = Signal(
                np.append(steps_ns[: len(early)], times_ns), np.append(early, column)
            )
        return signals

    def _otherwise(self, output: str) -> float:
        return float(np.float32(self._window.otherwise.get(output, math.nan)))
