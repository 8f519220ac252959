"""ONNX artefacts: what they answer, beside a bare loop; how they fail; how they are confined."""

import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import ModelProto, TensorProto, helper

from tests.trialbench.artefacts import bench
from tests.trialbench.artefacts.bench import START, STEP, sandboxed
from tests.trialbench.artefacts.nets import (
    MANIFEST,
    RANDOM,
    TABLE,
    bare,
    branch,
    folder_of,
    layers,
    mean,
    net,
    node,
    signals,
    try_out,
    weights,
)
from trialbench import cli
from trialbench.artefacts import attacks, onnx_model
from trialbench.artefacts.conversation import Conversation
from trialbench.artefacts.onnx_runner import Network
from trialbench.artefacts.window import Scaling, Window
from trialbench.errors import ArtefactError
from trialbench.signal import Signal


def recurrent() -> ModelProto:
    return net(
        [
            node("Transpose", ["x"], ["s"], perm=[1, 0, 2]),
            node("GRU", ["s", "w", "r"], ["", "h"], hidden_size=2),
            node("Reshape", ["h", "flat"], ["y"]),
        ],
        (1, 9, 2), answers=(1, 2), w=weights(1, 6, 2), r=weights(1, 6, 2), flat=np.array([1, 2]),
    )  # fmt: skip


def convolved() -> ModelProto:
    return net(
        [
            node("Transpose", ["x"], ["c"], perm=[0, 2, 1]),
            node("Conv", ["c", "k"], ["v"]),
            node("Relu", ["v"], ["r"]),
            node("GlobalAveragePool", ["r"], ["g"]),
            node("Flatten", ["g"], ["y"]),
        ],
        ("N", 9, 2), answers=("N", 2), k=weights(2, 2, 5),
    )  # fmt: skip


@sandboxed
@pytest.mark.parametrize("model", [layers, recurrent, convolved])
@pytest.mark.parametrize("stride", [1, 4])
def test_it_answers_bit_for_bit_what_a_bare_loop_does(
    model: Callable[[], ModelProto], stride: int
) -> None:
    scaling = {"a": Scaling(0.3, 1.7), "b": Scaling(-2.0, 0.25)}
    window, made = Window(9, stride, scaling), model()
    found = try_out(made, signals(TABLE), window, steps=len(TABLE), outputs=("y", "z"))
    assert (found.failure, found.log) == (None, "")
    rows = ((TABLE - [0.3, -2.0]) / [1.7, 0.25]).astype(np.float32)
    expected = bare(made, rows, window)
    for name, column in zip("yz", expected.T, strict=True):
        assert np.array_equal(found.outputs[name].values, column.astype(np.float64))
        steps = (found.outputs[name].times_ns - START) // STEP
        assert steps.tolist() == list(range(8, len(TABLE), stride))


@sandboxed
def test_a_long_recording_goes_through_block_by_block() -> None:
    values = RANDOM.normal(size=(1500, 2))
    found = try_out(mean(), signals(values), Window(3), steps=1500)
    shown = np.lib.stride_tricks.sliding_window_view(values.astype(np.float32), 3, axis=0)
    assert found.outputs["y"].values == pytest.approx(shown.mean(axis=(1, 2)), abs=1e-6)


@sandboxed
def test_a_mean_over_the_batch_sees_its_own_window_alone() -> None:
    """The attack: in one batch of all windows, it would answer with the whole recording's mean."""
    over_the_batch, by_itself = mean(("N", 3, 2)), mean((1, 3, 2))
    inputs = signals(TABLE)
    found, honest = (
        try_out(each, inputs, steps=40).outputs["y"].values for each in (over_the_batch, by_itself)
    )
    assert np.array_equal(found, honest)
    windows = np.lib.stride_tricks.sliding_window_view(TABLE.astype(np.float32), 3, axis=0)
    assert np.ptp(found) > 0.1
    assert found == pytest.approx(windows.mean(axis=(1, 2)), abs=1e-6)


@sandboxed
def test_it_is_told_of_a_batch_of_one_and_of_nothing_else() -> None:
    size = net(
        [
            node("Shape", ["x"], ["s"]),
            node("Gather", ["s", "first"], ["n"]),
            node("Cast", ["n"], ["f"], to=TensorProto.FLOAT),
            node("Reshape", ["f", "one"], ["y"]),
        ],
        ("N", "L", "I"), first=np.array([0]), one=np.array([1, 1]),
    )  # fmt: skip
    assert set(try_out(size, signals(TABLE)).outputs["y"].values) == {1.0}


# Windows


def newest(signal: Signal, time_ns: int) -> float:
    value = np.nan
    for at, sample in zip(signal.times_ns, signal.values, strict=True):
        if at <= time_ns:
            value = sample
    return value


def test_a_row_holds_the_newest_sample_so_far_of_each_input() -> None:
    times = np.arange(0, 100, 7, dtype=np.int64)
    late = Signal([20, 21, 21 + 30, 90], [1.0, 2.0, np.nan, 4.0])
    dense = Signal(np.arange(-3, 99, dtype=np.int64), RANDOM.normal(size=102))
    inputs = {"late": late, "dense": dense, "never": Signal([], [])}
    rows = Window(1, 1, {"dense": Scaling(0.5, 2.0)}).rows(inputs, times)
    assert rows.dtype == np.float32
    for time_ns, row in zip(times.tolist(), rows, strict=True):
        expected = [newest(late, time_ns), (newest(dense, time_ns) - 0.5) / 2.0, np.nan]
        assert np.array_equal(row, np.array(expected, np.float32), equal_nan=True)


def test_a_value_that_no_float32_holds_is_infinite() -> None:
    rows = Window(1).rows({"x": Signal([0], [1e300])}, np.array([0]))
    assert rows[0, 0] == np.inf


HOLED = np.array([1.0, 2, np.nan, 4, 5, 6, 7, 8])


@sandboxed
@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (Window(2), {1: 1.0, 2: np.nan, 3: np.nan, 4: 4.0, 5: 5.0, 6: 6.0, 7: 7.0}),
        (Window(3, 3), {2: np.nan, 5: 4.0}),
        (Window(2, 5), {1: 1.0, 6: 6.0}),
        (Window(2, otherwise={"y": 0.5}), {0: 0.5, 1: 1, 2: 0.5, 3: 0.5, 4: 4, 5: 5, 6: 6, 7: 7}),
        (Window(1, 4, otherwise={"y": 0.5}), {0: 1.0, 4: 5.0}),
        (Window(9), {}),
        (Window(9, otherwise={"y": 0.5}), {0: 0.5}),
    ],
)
def test_a_window_with_an_unknown_value_is_not_asked_about(
    window: Window, expected: dict[int, float]
) -> None:
    first = net(
        [node("Slice", ["x", "nought", "one", "axis"], ["s"]), node("Reshape", ["s", "form"], ["y"])],
        (1, window.length, 1),
        nought=np.array([0]), one=np.array([1]), axis=np.array([1]), form=np.array([1, 1]),
    )  # fmt: skip
    found = try_out(first, signals(HOLED[:, None]), window, steps=len(HOLED))
    assert found.failure is None
    steps = (found.outputs["y"].times_ns - START) // STEP
    assert steps.tolist() == list(expected)
    assert np.array_equal(found.outputs["y"].values, list(expected.values()), equal_nan=True)


@sandboxed
def test_an_unknown_answer_of_the_model_itself_stays_unknown() -> None:
    root = net([node("Sqrt", ["x"], ["s"]), node("Reshape", ["s", "one"], ["y"])], (1, 1, 1),
               one=np.array([1, 1]))  # fmt: skip
    found = try_out(
        root, signals(np.array([[4.0], [-1.0]])), Window(1, otherwise={"y": 9.0}), steps=2
    )
    assert np.array_equal(found.outputs["y"].values, [2.0, np.nan], equal_nan=True)


# Failures


def choosy(*, otherwise: onnx.GraphProto) -> ModelProto:
    """Answers its one input while that is below 5; from then on what the other graph says."""
    plain = helper.make_graph(
        [node("Reshape", ["x", "one"], ["same"])],
        "plain", [], [helper.make_tensor_value_info("same", TensorProto.FLOAT, None)],
    )  # fmt: skip
    return net(
        [
            node("ReduceMax", ["x"], ["most"], keepdims=0),
            node("Less", ["most", "five"], ["below"]),
            node("If", ["below"], ["y"], then_branch=plain, else_branch=otherwise),
        ],
        (1, 1, 1), answers=("M", "N"), one=np.array([1, 1]), five=np.float32(5), seven=np.float32(7), two=np.array([2, 1]),
        deep=np.float32(1e38), far=np.array([9]), big=np.array([1 << 15, 1 << 14]), zero=np.float32(0),
    )  # fmt: skip


def endless() -> onnx.GraphProto:
    true = helper.make_tensor("t", TensorProto.BOOL, [], [1])
    body = helper.make_graph(
        [node("Identity", ["go"], ["on"]), node("Add", ["v", "zero"], ["w"])], "body",
        [helper.make_tensor_value_info("n", TensorProto.INT64, []),
         helper.make_tensor_value_info("go", TensorProto.BOOL, []),
         helper.make_tensor_value_info("v", TensorProto.FLOAT, None)],
        [helper.make_tensor_value_info("on", TensorProto.BOOL, []),
         helper.make_tensor_value_info("w", TensorProto.FLOAT, None)],
    )  # fmt: skip
    return branch(
        node("Constant", [], ["true"], value=true),
        node("Reshape", ["x", "one"], ["begin"]),
        node("Loop", ["", "true", "begin"], ["end"], body=body),
    )


def test_the_first_of_two_failures_is_told() -> None:
    """An infinite answer, and an error two windows later, in rows that are sent at once."""
    graph = branch(
        node("Less", ["most", "seven"], ["still"]),
        node("If", ["still"], ["r"],
             then_branch=branch(node("Mul", ["x", "deep"], ["m"]), node("Reshape", ["m", "one"], ["i"])),
             else_branch=branch(node("Reshape", ["x", "one"], ["f"]), node("Gather", ["f", "far"], ["g"]))),
    )  # fmt: skip
    session = onnx_model.load(choosy(otherwise=graph).SerializeToString(), (1, 1, 1), 1)
    answers, failure = Network(session, 1, 1, [np.nan]).answers(
        np.arange(9, dtype=np.float32)[:, None], 1
    )
    assert answers[:, 0].tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert failure is not None
    assert failure.detail == "answered an infinite number"


FAILING = {
    "output, a wrong shape": (
        branch(node("Reshape", ["x", "one"], ["f"]), node("Expand", ["f", "two"], ["r"])),
        "output", r"answered \[2, 1\], where \[1, 1\] is expected", {},
    ),
    "output, infinite": (
        branch(node("Mul", ["x", "deep"], ["m"]), node("Reshape", ["m", "one"], ["r"])),
        "output", "answered an infinite number", {},
    ),
    "crash": (
        branch(node("Reshape", ["x", "one"], ["f"]), node("Gather", ["f", "far"], ["r"])),
        "crash", "indices element out of data bounds, idx=9", {},
    ),
    "memory": (
        branch(node("Reshape", ["x", "one"], ["f"]), node("Expand", ["f", "big"], ["r"])),
        "memory", "Failed to allocate memory|bad_alloc", {},
    ),
    "cpu": (endless(), "cpu", "used more than 0.5 s of processor time", {"cpu_s": 0.5}),
    "wall": (endless(), "wall", "not done after 1 s", {"wall_s": 1.0}),
}  # fmt: skip


@sandboxed
@pytest.mark.parametrize("kind", FAILING)
def test_a_failure_has_its_code_and_keeps_what_was_answered_before(kind: str) -> None:
    graph, code, detail, limits = FAILING[kind]
    values = np.arange(8.0)[:, None]
    found = try_out(choosy(otherwise=graph), signals(values), Window(1), steps=8, **limits)
    assert found.failure is not None
    assert found.failure.code == code
    assert re.search(detail, found.failure.detail)
    if code in ("cpu", "wall"):  # of a block that was not answered nothing is known
        assert found.failure.at_ns == START
    else:
        assert found.outputs["y"].values.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
        assert found.failure.at_ns == START + 5 * STEP


@sandboxed
def test_where_an_answer_has_a_time_of_its_own_each_window_is_asked_by_itself() -> None:
    values = np.arange(8.0)[:, None]
    found = try_out(choosy(otherwise=endless()), signals(values), Window(1), steps=8, step_s=0.5)
    assert found.failure is not None
    assert str(found.failure) == "one answer came too late: no answer within 0.5 s"
    assert found.failure.at_ns == START + 5 * STEP
    assert len(found.outputs["y"]) == 5


@sandboxed
def test_a_network_too_answers_0_or_1_for_an_event() -> None:
    values = np.arange(4.0)[:, None]
    window = Window(1, otherwise={"y": 0.5})
    with pytest.raises(ArtefactError, match=r"otherwise.y is 0.5, but an event is 0 or 1"):
        try_out(choosy(otherwise=endless()), signals(values), window, steps=4, events=["y"])
    found = try_out(choosy(otherwise=endless()), signals(values), Window(1), steps=4, events=["y"])
    assert found.failure is not None
    assert (found.failure.code, found.failure.at_ns) == ("output", START + 2 * STEP)
    assert found.failure.detail == "answered 2 for an event, which is 0 or 1 (or nan, unknown)"
    assert found.outputs["y"].values.tolist() == [0.0, 1.0]


# Confinement


@sandboxed
def test_beside_onnx_runtime_an_attack_reaches_no_more_than_without() -> None:
    inside = list(
        itertools.takewhile(lambda each: each.kind != "forged answers", attacks.attempt(("onnx",)))
    )
    assert len(inside) > 200
    assert [str(each) for each in inside if each.reached] == []


@sandboxed
def test_a_model_runs_in_a_process_that_may_do_no_more_than_a_python_artefacts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    confined: list[dict[str, str]] = []
    end = Conversation.end

    def look(talk: Conversation) -> None:
        process = Path(f"/proc/{talk._sandbox.pid}")
        lines = (process / "status").read_text().splitlines()
        told = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
        names = (
            "Uid",
            "Gid",
            "Groups",
            "Threads",
            "NoNewPrivs",
            "Seccomp",
            "Seccomp_filters",
            "CapEff",
            "CapBnd",
        )
        found = {name: told[name] for name in names}
        limits = (process / "limits").read_text().splitlines()
        found |= {
            line[:24]: line[24:]
            for line in limits
            if "address space" not in line and "cpu time" not in line
        }
        tops = sorted(path.name for path in (process / "root").iterdir())
        confined.append(found | {"tops": str([top for top in tops if not top.endswith(".py")])})
        assert not (process / "root/etc").exists()
        end(talk)

    monkeypatch.setattr(Conversation, "end", look)
    try_out(mean(), signals(TABLE))
    bench.try_out("def run(steps):\n  for step in steps: yield {'y': 1.0}", memory_bytes=512 << 20)
    assert confined[0] == confined[1]
    assert (confined[0]["Seccomp"], confined[0]["NoNewPrivs"], confined[0]["Threads"]) == (
        "2",
        "1",
        "1",
    )


# A trial


PROTOCOL = """
[protocol]
name = "Warn of pressure"
version = "1"
[stream]
step = "100ms"
[inputs]
a = {signal = "a"}
b = {signal = "b"}
[outputs]
y = {kind = "value"}
[[criteria]]
id = "low"
stl = "always(y < 3)"
"""


@sandboxed
@pytest.mark.parametrize(
    ("shown", "highest", "status", "word"),
    [(3, 2.0, 0, "accepted"), (3, 9.0, 1, "rejected"), (4, 2.0, 2, ""), (None, 2.0, 2, "")],
)
def test_a_trial_from_the_shell(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    shown: int | None,
    highest: float,
    status: int,
    word: str,
) -> None:
    recording = tmp_path / "drive.csv"
    rows = (f"{k / 10},{highest if k == 30 else 1},{highest if k > 29 else 0}" for k in range(50))
    recording.write_text("time,a,b\n" + "\n".join(rows) + "\n")
    (tmp_path / "protocol.toml").write_text(PROTOCOL)
    model = b"broken" if shown is None else mean((1, shown, 2)).SerializeToString()
    manifest = MANIFEST.replace("inputs = {a = {mean = 1, scale = 2.5}}\n", "").replace(
        "stride = 2", "stride = 1"
    )
    folder = folder_of(tmp_path / "net", manifest, model)
    line = [
        "judge",
        str(tmp_path / "protocol.toml"),
        str(recording),
        "--artefact",
        str(folder),
        "--json",
    ]
    assert cli.main(line) == status
    out, err = capsys.readouterr()
    if status == 2:
        assert out == ""
        assert err.count("\n") == 1
        assert "model.onnx: " in err
        assert "Traceback" not in err
    else:
        assert json.loads(out)["verdict"] == word
