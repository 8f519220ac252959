from __future__ import annotations

import dataclasses
import subprocess
import sys

import pytest

import trialbench as tb

NAMES = {
    "Artefact", "ArtefactError", "Damage", "DbcError", "Engine", "EvidenceError", "FormulaError", "Frames", "InProcess",
    "Judgement", "LocalEngine", "Protocol", "ProtocolError", "Reason", "Recording", "RecordingError", "Requirement",
    "Robustness", "Ruling", "SandboxUnavailable", "Signal", "SignalError", "TrialbenchError", "UnitError",
    "Unknown", "Unreadable", "Verdict", "Verification", "judge", "read", "rerun", "robustness", "verify",
}  # fmt: skip


def test_these_names_are_promised_and_each_is_told() -> None:
    assert set(tb.__all__) == NAMES
    assert all(getattr(tb, name).__doc__ for name in NAMES)


def test_every_error_has_one_root() -> None:
    errors = [
        getattr(tb, name)
        for name in NAMES
        if name.endswith("Error") or name == "SandboxUnavailable"
    ]
    assert all(issubclass(error, tb.TrialbenchError) for error in errors)


@pytest.mark.parametrize(
    "name",
    [
        "Signal",
        "Unknown",
        "Frames",
        "Damage",
        "Unreadable",
        "Protocol",
        "Verification",
        "Requirement",
        "Reason",
    ],
)
def test_values_are_frozen(name: str) -> None:
    assert getattr(tb, name).__dataclass_params__.frozen
    assert dataclasses.is_dataclass(getattr(tb, name))


def test_a_signals_arrays_cannot_be_written_and_do_not_follow_their_source() -> None:
    import numpy as np

    times, values = np.array([1, 2], np.int64), np.array([1.0, 2.0])
    signal = tb.Signal(times, values)
    values[0] = 9.0
    assert signal.values.tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="read-only"):
        signal.values[0] = 3.0


@pytest.mark.parametrize(
    ("times", "values", "message"),
    [
        ([0, 1], [1.0], "2 times but 1 values"),
        ([1, 0], [1.0, 2.0], "runs backwards at sample 1"),
        ([[0]], [[1.0]], "one-dimensional"),
        ([0.5], [1.0], "whole nanoseconds"),
        ([0], ["fast"], "must be numbers"),
    ],
)
def test_what_makes_no_signal_is_refused(
    times: list[object], values: list[object], message: str
) -> None:
    with pytest.raises(tb.SignalError, match=message):
        tb.Signal(times, values)


def test_the_bench_loads_no_platform_and_no_rarely_used_library() -> None:
    code = (
        "import sys, trialbench; [getattr(trialbench, name) for name in trialbench.__all__]; heavy = {'django', 'can', 'cantools', 'asammdf', 'pint', 'pandas', 'pyarrow', 'tqdm'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_signatures_are_checked_without_loading_numpy_or_the_compiler() -> None:
    code = "import sys, trialbench.dsse; print(sorted({'numpy', 'numba'} & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_a_name_that_is_not_public_is_missing() -> None:
    assert set(tb.__all__) <= set(dir(tb))
    with pytest.raises(AttributeError, match="no attribute 'judgment'"):
        tb.judgment  # noqa: B018
