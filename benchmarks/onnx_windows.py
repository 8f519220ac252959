"""What judging an ONNX artefact costs beside a bare loop of ONNX Runtime over the same windows."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import Row, best
from trialbench.artefacts import Artefact, Limits, Run, run
from trialbench.artefacts.window import Window
from trialbench.signal import Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

STEP_NS = 10_000_000
INPUTS, LENGTH, HIDDEN = 4, 50, 16
REPEATS = 5


def rows() -> Iterator[Row]:
    """Processor time a window, start-up left out, on a drive of 70 s and one of an hour; and start-up."""
    model, nothing = network(), np.empty((0, INPUTS))
    start_up = least(partial(trial, model, nothing))
    for seconds, called in ((70, "70 s"), (3600, "an hour")):
        table = np.random.default_rng(1).normal(size=(seconds * 100 + 1, INPUTS))
        windows = len(table) - LENGTH + 1
        peer = least(partial(spent, bare(model, table.astype(np.float32))))
        ours = least(partial(trial, model, table)) - start_up
        yield Row(
            f"ONNX: {called} at 10 ms steps, each of {windows:,} windows by itself",
            "bare onnxruntime", peer / windows, ours / windows, "window", 0.8,
        )  # fmt: skip
    imported = best(
        lambda: subprocess.run([sys.executable, "-c", "import onnxruntime"], check=True)
    )
    yield Row(
        "ONNX: a sandbox, a model checked and loaded, no window", "python -c 'import onnxruntime'",
        imported, best(partial(asked, model, nothing)), "trial", 0.0,
    )  # fmt: skip


def network() -> bytes:
    """A small one: two layers over the whole window."""
    from onnx import TensorProto, helper, numpy_helper

    noise = np.random.default_rng(0)
    first = noise.normal(size=(LENGTH * INPUTS, HIDDEN)).astype(np.float32)
    second = noise.normal(size=(HIDDEN, 1)).astype(np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("Flatten", ["x"], ["f"]),
            helper.make_node("MatMul", ["f", "first"], ["h"]),
            helper.make_node("Relu", ["h"], ["r"]),
            helper.make_node("MatMul", ["r", "second"], ["y"]),
        ],
        "net",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, LENGTH, INPUTS])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1])],
        [numpy_helper.from_array(first, "first"), numpy_helper.from_array(second, "second")],
    )
    opset = helper.make_opsetid("", 17)
    data: bytes = helper.make_model(graph, opset_imports=[opset], ir_version=10).SerializeToString()
    return data


def asked(model: bytes, table: NDArray[np.float64]) -> Run:
    """One trial in the sandbox."""
    times_ns = STEP_NS * np.arange(len(table), dtype=np.int64)
    inputs = {f"x{k}": Signal(times_ns, column) for k, column in enumerate(table.T)}
    digest = hashlib.sha256(model).hexdigest()
    packed = Artefact("net", "1", "onnx", "m.onnx", (), {"m.onnx": model}, digest, Window(LENGTH))
    end_ns = STEP_NS * (len(table) - 1)
    found = run(packed, inputs, ["y"], start_ns=0, end_ns=end_ns, step_ns=STEP_NS, limits=Limits())
    assert found.failure is None
    return found


def trial(model: bytes, table: NDArray[np.float64]) -> float:
    """Its processor time, on both sides."""
    begin = time.process_time()
    inside = asked(model, table).cpu_s
    return time.process_time() - begin + inside


def bare(model: bytes, table: NDArray[np.float32]) -> Callable[[], object]:
    """The loop that anybody would write."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    begins = range(len(table) - LENGTH + 1)
    return lambda: [session.run(None, {"x": table[None, k : k + LENGTH]})[0] for k in begins]


def spent(work: Callable[[], object]) -> float:
    """Seconds of processor time."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def least(measure: Callable[[], float]) -> float:
    """The least of several measurements: what others do on the machine only adds."""
    return min(measure() for _ in range(REPEATS))
