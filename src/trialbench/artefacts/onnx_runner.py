"""Runs inside the sandbox: asks an ONNX model about windows, each by itself.

Beside what `harness` says of messages:

| kind | way | payload |
|---|---|---|
| CONFIG | in | JSON: model, length, stride, how many inputs, otherwise (an answer to no whole window), limits |
| CHECKED | out | nothing: the model is loaded; or a line: why it is refused |
| STEP | in | float32 rows of the inputs, a step each: windows begin every `stride` rows |
| ANSWER | out | per window float32 outputs: of all, or of those before it failed |
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from trialbench.artefacts import onnx_model
from trialbench.artefacts.harness import ANSWER, CHECKED, END, FOLDER, STEP, Failed, Pipe, main

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_ALIGNMENT: Final = 64  # bytes; sums may be taken in an order that depends on where the numbers lie


class Network:
    """A loaded model, and the two places in which it is shown a window and writes its answer."""

    def __init__(self, session: Any, length: int, inputs: int, otherwise: Sequence[float]) -> None:
        self._session, self._length = session, length
        self._otherwise = np.array(otherwise, np.float32)
        self._shown, self._said = _aligned(1, length, inputs), _aligned(1, len(otherwise))
        self._name = session.get_inputs()[0].name
        answer = session.get_outputs()[0].name
        self._bound = session.io_binding()
        for bind, name, place in (
            (self._bound.bind_input, self._name, self._shown),
            (self._bound.bind_output, answer, self._said),
        ):
            bind(name, "cpu", 0, np.float32, place.shape, place.ctypes.data)

    def answers(
        self, rows: NDArray[np.float32], stride: int
    ) -> tuple[NDArray[np.float32], Failed | None]:
        """A row of outputs for each window, up to where it failed; a window with a NaN is not shown."""
        windows = sliding_window_view(rows, self._length, axis=0)[::stride].swapaxes(1, 2)
        unknown = np.isnan(rows).any(axis=1)
        whole = ~sliding_window_view(unknown, self._length)[::stride].any(axis=1)
        answers = np.tile(self._otherwise, (len(windows), 1))
        run, bound = self._session.run_with_iobinding, self._bound
        shown, said = self._shown[0], self._said[0]
        end, failure = len(answers), None
        try:
            for at in np.flatnonzero(whole).tolist():
                end = at
                shown[:] = windows[at]
                run(bound)
                answers[at] = said
            end = len(answers)
        except Exception as error:  # noqa: BLE001 - ONNX Runtime has a dozen of its own
            failure = self._failure(error)
        infinite = np.isinf(answers[:end]).any(axis=1)
        if infinite.any():
            end, failure = int(infinite.argmax()), Failed("output", "answered an infinite number")
        return answers[:end], failure

    def _failure(self, error: Exception) -> Failed:
        """What an exception amounts to: an answer of another shape, if it is one when it has room."""
        if not onnx_model.is_memory(error):
            try:
                (answer,) = self._session.run(None, {self._name: self._shown})
                expected = list(self._said.shape)
                return Failed(
                    "output", f"answered {list(answer.shape)}, where {expected} is expected"
                )
            except Exception as again:  # noqa: BLE001 - the same
                error = again
        return Failed(
            "memory" if onnx_model.is_memory(error) else "crash", onnx_model.described(error)
        )


def _aligned(*shape: int) -> NDArray[np.float32]:
    """An array of float32 whose first element lies at a multiple of `_ALIGNMENT`."""
    size = 4 * int(np.prod(shape))
    raw = np.zeros(size + _ALIGNMENT, np.uint8)
    begin = -raw.ctypes.data % _ALIGNMENT
    return raw[begin : begin + size].view(np.float32).reshape(shape)


def _network(config: dict[str, Any]) -> Network:
    """The model loaded. Raises `onnx_model.Refused`, `MemoryError`."""
    length, inputs, otherwise = config["length"], config["inputs"], config["otherwise"]
    data = onnx_model.prepared(Path(FOLDER, config["model"]).read_bytes())
    session = onnx_model.load(data, (1, length, inputs), len(otherwise))
    return Network(session, length, inputs, otherwise)


def _trial(pipe: Pipe, config: dict[str, Any], spare: list[bytes]) -> None:
    """Load the model and answer to the end. Raises `Failed`."""
    try:
        try:
            network = _network(config)
        except onnx_model.Refused as refused:
            pipe.send(CHECKED, str(refused).encode(errors="replace")[:2000])
            return
        pipe.send(CHECKED)
        _converse(pipe, network, config["inputs"], config["stride"])
    except MemoryError as error:
        spare.clear()  # nothing could be said otherwise
        raise Failed("memory", onnx_model.described(error)) from None


def _converse(pipe: Pipe, network: Network, inputs: int, stride: int) -> None:
    while True:
        kind, payload = pipe.receive()
        if kind == END:
            return
        assert kind == STEP  # noqa: S101 - the host asks nothing else
        answers, failure = network.answers(
            np.frombuffer(payload, "<f4").reshape(-1, inputs), stride
        )
        pipe.send(ANSWER, answers.astype("<f4").tobytes())
        if failure is not None:
            raise failure


if __name__ == "__main__":
    main(sys.argv[1:], _trial)
