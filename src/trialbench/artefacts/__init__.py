"""Artefacts: a researcher's method, packed, checked, and run where it can harm nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialbench.artefacts.harness import OFFERED
from trialbench.artefacts.loading import KINDS, Artefact, load
from trialbench.artefacts.result import Failure, Limits, Run
from trialbench.errors import ArtefactError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from trialbench.signal import Signal

__all__ = ["KINDS", "OFFERED", "Artefact", "Failure", "Limits", "Run", "check", "load", "run"]


def run(
    artefact: Artefact,
    inputs: Mapping[str, Signal],
    outputs: Sequence[str],
    *,
    start_ns: int,
    end_ns: int,
    step_ns: int,
    limits: Limits | None = None,
    events: Collection[str] = (),
) -> Run:
    """Run `artefact` in the sandbox, asked every `step_ns` from `start_ns` to `end_ns`.

    Those of `outputs` that are `events` are answered 0 or 1. Returns what it answered for each of
    `outputs`, and how it failed if it did. Raises `ArtefactError` for a kind or a model that cannot
    be run, `SandboxUnavailable` where this machine cannot confine it, `PlatformError` where the
    platform broke on the way (try again; not its failure).
    """
    times = (start_ns, end_ns, step_ns)
    held = limits or Limits()
    # Imported here: whoever only loads an artefact needs no sandbox.
    if artefact.kind == "python":
        from trialbench.artefacts.python import run_python

        return run_python(artefact, inputs, outputs, times=times, limits=held, events=events)
    if artefact.kind == "onnx":
        from trialbench.artefacts.onnx import run_onnx

        return run_onnx(artefact, inputs, outputs, times=times, limits=held, events=events)
    raise ArtefactError(f"artefact kind {artefact.kind!r} is not supported by this version")


def check(
    artefact: Artefact,
    inputs: Sequence[str],
    outputs: Sequence[str],
    *,
    limits: Limits,
    events: Collection[str] = (),
) -> None:
    """Whether `artefact` fits inputs and outputs of these names, as far as that shows before it is run.

    Raises `ArtefactError`; of an ONNX model, which is loaded in the sandbox, also what `run` raises.
    """
    if artefact.kind == "onnx":
        from trialbench.artefacts.onnx import check_onnx

        check_onnx(artefact, inputs, outputs, limits=limits, events=events)
