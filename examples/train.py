"""Trains the network of examples/wheel-slip/network on drives of the vehicle model, and writes it.

It learns what `patient` does by rule: to warn of a breakaway of the rear wheels that creep led up to,
and of nothing else. No recording that it is judged on is looked at. The same kind of processor writes
the same bytes again; another's arithmetic may differ in the last digits.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # sums in one order, however many cores there are

import generate
import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

MODEL = Path(__file__).with_name("wheel-slip") / "network/model.onnx"
LENGTH, SCALE = 100, 10.0  # as in its artefact.toml
HIDDEN = 8
STEP_S, FRAME_S, DRIVE_S = 0.01, 0.015, 70.0
MOVING = 1.0  # scaled: below 10 rad/s of the front wheels slip is told less
GAIN = 20.0
DRIVES, ROUNDS, RATE = 40, 1500, 0.01
SURE = 1.5
"""What the output must exceed for a warning: a false alarm costs more than a late one."""


def drive(noise: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """One drive: the mean slip at each step, and what to answer there (NaN: either is fine)."""
    time = np.arange(0.0, DRIVE_S, FRAME_S)
    knots = np.arange(0.0, DRIVE_S + 5.0, 5.0)
    speed = np.interp(time, knots, noise.uniform(0.0, 14.0, knots.size))
    begins = np.arange(5.0, DRIVE_S - 5.0, 6.0) + noise.uniform(0.0, 3.0, 10)
    breakaways = [
        generate.Breakaway(
            begin,
            begin + noise.uniform(0.6, 1.6),
            noise.uniform(0.12, 0.3) * (noise.random() < 0.8),  # else creep alone
            creep=noise.uniform(0.08, 0.4) * (noise.random() < 0.5),
        )
        for begin in begins
    ]
    wheels = generate.wheel_speeds(noise, time, speed, breakaways)
    steps = np.arange(0.0, DRIVE_S, STEP_S)
    newest = np.searchsorted(time, steps, side="right") - 1
    wanted = np.zeros(steps.size)
    for one in breakaways:
        if one.creep and one.depth:
            wanted[(steps > one.begin) & (steps < one.end + 0.5)] = np.nan
            wanted[(steps > one.begin + 0.05) & (steps < one.begin + 0.45)] = 1.0
    slow = np.interp(steps, time, speed) / generate.WHEEL_RADIUS < 5.0
    wanted[slow & (wanted == 1.0)] = np.nan
    return slip_of(wheels[:, newest] / SCALE), wanted


def slip_of(wheels: np.ndarray) -> np.ndarray:
    """As the model works it out of scaled wheel speeds."""
    front, rear = (wheels[0] + wheels[1]) / 2, (wheels[2] + wheels[3]) / 2
    return GAIN * (rear - front) / np.maximum(front, MOVING)


def examples(noise: np.random.Generator, drives: int) -> tuple[np.ndarray, np.ndarray]:
    """Windows of slip and what to answer to them: every one near slip, some of the others."""
    shown, wanted = [], []
    for _ in range(drives):
        slip, answer = drive(noise)
        windows = np.lib.stride_tricks.sliding_window_view(slip, LENGTH)
        answer = answer[LENGTH - 1 :]
        worth = (windows.max(axis=1) > 0.03 * GAIN) & (noise.random(len(windows)) < 0.3)
        worth |= noise.random(len(windows)) < 0.03
        worth &= ~np.isnan(answer)
        shown.append(windows[worth])
        wanted.append(answer[worth])
    return np.concatenate(shown).astype(np.float32), np.concatenate(wanted).astype(np.float32)


def train(noise: np.random.Generator) -> list[np.ndarray]:
    """Two layers, by Adam (D. Kingma, J. Ba, 2015) on the cross entropy of all examples at once."""
    shown, wanted = examples(noise, DRIVES)
    weights = [
        noise.normal(0.0, LENGTH**-0.5, (LENGTH, HIDDEN)).astype(np.float32),
        np.zeros(HIDDEN, np.float32),
        noise.normal(0.0, HIDDEN**-0.5, (HIDDEN, 1)).astype(np.float32),
        np.zeros(1, np.float32),
    ]
    mean, square = ([np.zeros_like(each) for each in weights] for _ in range(2))
    for number in range(1, ROUNDS + 1):
        for at, slope in enumerate(slopes(weights, shown, wanted)):
            mean[at] += 0.1 * (slope - mean[at])
            square[at] += 0.001 * (slope**2 - square[at])
            step = mean[at] / (1 - 0.9**number) / (np.sqrt(square[at] / (1 - 0.999**number)) + 1e-8)
            weights[at] = weights[at] - RATE * step
    return weights


def slopes(weights: list[np.ndarray], shown: np.ndarray, wanted: np.ndarray) -> list[np.ndarray]:
    """The loss's derivative by each of the weights."""
    first, bias, second, _ = weights
    hidden = np.tanh(shown @ first + bias)
    error = (1.0 / (1.0 + np.exp(-score(weights, shown))) - wanted)[:, None] / np.float32(
        len(wanted)
    )
    back = error @ second.T * (1.0 - hidden**2)
    return [
        shown.T @ back + 1e-5 * first,
        back.sum(axis=0),
        hidden.T @ error + 1e-5 * second,
        error.sum(axis=0),
    ]


def score(weights: list[np.ndarray], shown: np.ndarray) -> np.ndarray:
    """The network's output before it is held against `SURE`."""
    first, bias, second, offset = weights
    return (np.tanh(shown @ first + bias) @ second + offset)[:, 0]


def model(weights: list[np.ndarray]) -> bytes:
    """The network as ONNX: four wheel speeds over a second in, a warning (0 or 1) out."""
    node = helper.make_node
    nodes = [
        node("Split", ["wheels"], ["fl", "fr", "rl", "rr"], axis=2, num_outputs=4),
        node("Mean", ["fl", "fr"], ["front"]),
        node("Mean", ["rl", "rr"], ["rear"]),
        node("Sub", ["rear", "front"], ["outrun"]),
        node("Max", ["front", "moving"], ["by"]),
        node("Div", ["outrun", "by"], ["slip"]),
        node("Flatten", ["slip"], ["slips"]),
        node("Gemm", ["slips", "first", "bias"], ["sums"]),
        node("Tanh", ["sums"], ["hidden"]),
        node("Gemm", ["hidden", "second", "offset"], ["score"]),
        node("Greater", ["score", "sure"], ["on"]),
        node("Cast", ["on"], ["warning"], to=TensorProto.FLOAT),
    ]
    first, bias, second, offset = weights
    constants = {
        "moving": np.float64(MOVING), "first": GAIN * first, "bias": bias, "second": second,
        "offset": offset, "sure": np.float64(SURE),
    }  # fmt: skip
    graph = helper.make_graph(
        nodes,
        "slip",
        [helper.make_tensor_value_info("wheels", TensorProto.FLOAT, [1, LENGTH, 4])],
        [helper.make_tensor_value_info("warning", TensorProto.FLOAT, [1, 1])],
        [numpy_helper.from_array(np.float32(value), name) for name, value in constants.items()],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    checker.check_model(made, full_check=True)
    data: bytes = made.SerializeToString()
    return data


def main() -> None:
    noise = np.random.default_rng(2024)
    weights = train(noise)
    shown, wanted = examples(noise, 20)  # others than those that it learned from
    warned = score(weights, shown) > SURE
    print(f"of {len(wanted):,} windows: missed {np.mean(~warned[wanted == 1]):.2%}, "
          f"false {np.mean(warned[wanted == 0]):.3%}")  # fmt: skip
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else MODEL
    target.write_bytes(model(weights))
    print(f"{target.name}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
