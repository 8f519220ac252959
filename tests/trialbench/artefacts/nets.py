"""Small ONNX models, a trial of them in the real sandbox, and a bare loop of ONNX Runtime beside it."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

os.environ["ORT_DISABLE_TELEMETRY"] = (
    "1"  # before it is imported: its wheels for Linux report otherwise
)

import onnxruntime
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

from tests.trialbench.artefacts.bench import START, STEP
from trialbench.artefacts import Artefact, Limits, Run, run
from trialbench.artefacts.window import Window
from trialbench.signal import Signal

node = helper.make_node


RANDOM = np.random.default_rng(7)
TABLE = RANDOM.normal(size=(40, 2))


def weights(*shape: int) -> np.ndarray:
    return RANDOM.normal(size=shape).astype(np.float32)


def net(
    nodes: Sequence[NodeProto],
    shown: Sequence[int | str] = (1, 3, 2),
    *,
    answers: Sequence[int | str] | None = (1, 1),
    opset: int = 17,
    kinds: tuple[int, int] = (TensorProto.FLOAT, TensorProto.FLOAT),
    domains: Mapping[str, int] | None = None,
    **constants: Any,
) -> ModelProto:
    """A model from `x` to `y`, with the named constants."""
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("x", kinds[0], shown)],
        [helper.make_tensor_value_info("y", kinds[1], answers)],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    opsets = [helper.make_opsetid(*each) for each in {"": opset, **(domains or {})}.items()]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10)


def layers() -> ModelProto:
    return net(
        [
            node("Flatten", ["x"], ["f"]),
            node("Gemm", ["f", "w1", "b1"], ["h"]),
            node("Tanh", ["h"], ["t"]),
            node("MatMul", ["t", "w2"], ["y"]),
        ],
        (1, 9, 2), answers=(1, 2), w1=weights(18, 8), b1=weights(8), w2=weights(8, 2),
    )  # fmt: skip


def branch(*nodes: NodeProto) -> GraphProto:
    out = helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, None)
    return helper.make_graph(nodes, "other", [], [out])


def mean(shown: Sequence[int | str] = (1, 3, 2)) -> ModelProto:
    """The mean of all that it is shown, the batch included."""
    return net([node("ReduceMean", ["x"], ["m"], keepdims=0), node("Reshape", ["m", "one"], ["y"])],
               shown, one=np.array([1, 1]))  # fmt: skip


def artefact(model: ModelProto | bytes, window: Window | None = None) -> Artefact:
    """An artefact that is this model."""
    data = model if isinstance(model, bytes) else model.SerializeToString()
    digest = hashlib.sha256(data).hexdigest()
    shown = window or Window(3)
    return Artefact("net", "1", "onnx", "model.onnx", (), {"model.onnx": data}, digest, shown)


def signals(columns: NDArray[np.float64]) -> dict[str, Signal]:
    """Inputs a, b, … with a sample each step."""
    times = START + STEP * np.arange(len(columns), dtype=np.int64)
    return {chr(97 + k): Signal(times, column) for k, column in enumerate(columns.T)}


def try_out(
    model: ModelProto | bytes,
    inputs: Mapping[str, Signal],
    window: Window | None = None,
    *,
    steps: int = 20,
    outputs: Sequence[str] = ("y",),
    events: Sequence[str] = (),
    **limits: float,
) -> Run:
    """Run a model over some steps with small limits."""
    small: dict[str, float] = {"memory_bytes": 512 << 20, "cpu_s": 5.0, "wall_s": 20.0, **limits}
    return run(
        artefact(model, window), inputs, outputs,
        start_ns=START, end_ns=START + STEP * (steps - 1), step_ns=STEP, limits=Limits(**small), events=events,  # type: ignore[arg-type]
    )  # fmt: skip


def bare(model: ModelProto, rows: NDArray[np.float32], window: Window) -> NDArray[np.float32]:
    """What ONNX Runtime says to each window, in a session that has seen no other."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    said = []
    for begin in range(0, len(rows) - window.length + 1, window.stride):
        session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        shown = rows[None, begin : begin + window.length].copy()
        said.append(session.run(None, {session.get_inputs()[0].name: shown})[0])
    return np.concatenate(said)


MANIFEST = """
[artefact]
name = "Slip net"
version = "1"
kind = "onnx"
model = "nets/model.onnx"
[window]
length = 3
stride = 2
inputs = {a = {mean = 1, scale = 2.5}}
otherwise = {y = 0.0}
"""


def folder_of(path: Path, manifest: str = MANIFEST, model: bytes | None = None) -> Path:
    (path / "nets").mkdir(parents=True)
    (path / "artefact.toml").write_text(manifest, "utf-8")
    (path / "nets/model.onnx").write_bytes(mean().SerializeToString() if model is None else model)
    return path
