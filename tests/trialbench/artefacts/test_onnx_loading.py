"""Loading an ONNX artefact: its manifest, and its model as far as it shows before it is asked."""

import contextlib
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.trialbench.artefacts.bench import sandboxed
from tests.trialbench.artefacts.nets import (
    MANIFEST,
    TABLE,
    artefact,
    folder_of,
    layers,
    mean,
    net,
    node,
    signals,
    try_out,
    weights,
)
from trialbench.artefacts import Limits, check, load, loading
from trialbench.artefacts.window import Scaling, Window
from trialbench.errors import ArtefactError


def test_a_folder_and_its_zip_are_the_same_artefact(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "net")
    with zipfile.ZipFile(tmp_path / "net.zip", "w") as archive:
        for name in ("artefact.toml", "nets/model.onnx"):
            archive.write(folder / name, name)
    made = load(folder)
    assert made == load(tmp_path / "net.zip")
    assert (made.kind, made.entry) == ("onnx", "nets/model.onnx")
    assert made.window == Window(3, 2, {"a": Scaling(1.0, 2.5)}, {"y": 0.0})


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("[window]", "[windows]", r"unknown key 'windows'"),
        ("[window]\nlength = 3", "[[window]]\nlength = 3", "window must be a table"),
        ("length = 3\n", "", r"\[window\] has no 'length'"),
        (
            "length = 3",
            "length = 0",
            "window.length must be a number of steps from 1 to 100,000, not 0",
        ),
        ("length = 3", "length = true", "window.length must be a number of steps"),
        ("stride = 2", "stride = 2.0", "window.stride must be a number of steps"),
        ("stride = 2", f"stride = {10**400}", "stride: a whole number has more than 64 bits"),
        ("stride = 2", "step = 2", "unknown key 'window.step'; window takes length, stride"),
        (
            "mean = 1",
            "mean = nan",
            "window.inputs.a.mean must be a number that float32 holds, not nan",
        ),
        ("mean = 1", "mean = '1'", "window.inputs.a.mean must be a number"),
        ("mean = 1", f"mean = {10**400}", "mean: a whole number has more than 64 bits"),
        ("scale = 2.5", "scale = 0", "window.inputs.a.scale must not be 0"),
        (
            "scale = 2.5",
            "std = 1",
            "unknown key 'window.inputs.a.std'; window.inputs.a takes mean, scale",
        ),
        ("{y = 0.0}", "0.0", "window.otherwise must be a table"),
        ("y = 0.0", "y = 1e39", "window.otherwise.y must be a number that float32 holds"),
        (
            'model = "nets/model.onnx"',
            'entry = "x:y"',
            "unknown key 'artefact.entry'; .* takes name, version, kind, model",
        ),
        ('model = "nets/model.onnx"', "", "has no 'model'"),
        ('"nets/model.onnx"', '"model.onnx"', "model is 'model.onnx', but there is no such file"),
        ('"nets/model.onnx"', '"../model.onnx"', "there is no such file"),
    ],
)
def test_a_wrong_manifest_is_told(tmp_path: Path, old: str, new: str, line: str) -> None:
    assert old in MANIFEST
    with pytest.raises(ArtefactError, match=f"^net: artefact.toml: .*{line}") as caught:
        load(folder_of(tmp_path / "net", MANIFEST.replace(old, new)))
    assert len(str(caught.value)) < 300


def test_without_a_window_nothing_can_be_shown(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match=r"has no table \[window\]"):
        load(folder_of(tmp_path / "net", MANIFEST.partition("[window]")[0]))


def test_a_model_that_is_too_large_is_refused_with_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "MAX_MODEL_BYTES", 1000)
    with pytest.raises(
        ArtefactError, match=r"model.onnx has 1,001 bytes, but a model may have 1,000: make it"
    ):
        load(folder_of(tmp_path / "net", model=bytes(1001)))
    assert load(folder_of(tmp_path / "just", model=bytes(1000))).name


@pytest.mark.parametrize(
    ("window", "line"),
    [
        (Window(3, inputs={"c": Scaling()}), "window.inputs names 'c', but the protocol has a, b"),
        (Window(3, otherwise={"z": 0.0}), "window.otherwise names 'z', but the protocol has y"),
    ],
)
def test_names_that_are_not_the_protocols_are_refused(window: Window, line: str) -> None:
    with pytest.raises(ArtefactError, match=line):
        check(artefact(mean(), window), ["a", "b"], ["y"], limits=Limits())


@sandboxed
def test_a_model_is_refused_before_anything_is_asked() -> None:
    for asked in (
        lambda: check(artefact(mean((1, 4, 2))), ["a", "b"], ["y"], limits=Limits()),
        lambda: try_out(mean((1, 4, 2)), signals(TABLE)),
    ):
        with pytest.raises(ArtefactError, match=r"^model.onnx: has the input 'x' .*\[1, 3, 2\]"):
            asked()
    check(artefact(mean()), ["a", "b"], ["y"], limits=Limits())


@sandboxed
def test_one_that_cannot_be_loaded_within_the_limits_is_refused_too() -> None:
    large = net([node("Flatten", ["x"], ["f"]), node("MatMul", ["f", "w"], ["h"]),
                 node("ReduceMean", ["h"], ["y"])], w=weights(6, 1 << 20))  # fmt: skip
    line = r"^model.onnx: cannot be loaded: it used more memory than it may: .*; make it smaller"
    with pytest.raises(ArtefactError, match=line):
        check(artefact(large), ["a", "b"], ["y"], limits=Limits(memory_bytes=80 << 20))


@sandboxed
@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_model_is_refused_or_runs_and_never_breaks_the_bench(seed: int) -> None:
    noise = np.random.default_rng(seed)
    data = bytearray(layers().SerializeToString())
    for at in noise.integers(0, len(data), 3):
        data[at] ^= 1 << noise.integers(0, 8)
    with contextlib.suppress(ArtefactError):
        try_out(bytes(data), signals(TABLE), Window(9), outputs=("y", "z"))
