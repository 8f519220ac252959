"""The host's side of a Python artefact: one question a step, and an answer that must be to it."""

from __future__ import annotations

import math
import struct
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from trialbench.artefacts import harness
from trialbench.artefacts.conversation import Broken, conversation, not_an_event
from trialbench.artefacts.feed import Feed
from trialbench.artefacts.result import Limits, Run
from trialbench.artefacts.sandbox import Inside
from trialbench.signal import Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from trialbench.artefacts.conversation import Conversation
    from trialbench.artefacts.loading import Artefact


def run_python(
    artefact: Artefact,
    inputs: Mapping[str, Signal],
    outputs: Sequence[str],
    *,
    times: tuple[int, int, int],
    limits: Limits,
    events: Collection[str] = (),
) -> Run:
    """Run a Python artefact; `times` are the first step, the last time, and the period, in ns.

    Raises `SandboxUnavailable`, `PlatformError`.
    """
    feed = Feed(inputs, *times)
    form = struct.Struct(f"<{len(outputs)}d")
    config = {
        "entry": artefact.entry,
        "inputs": list(inputs),
        "outputs": list(outputs),
        "step_ns": times[2],
    }
    on_off = [at for at, name in enumerate(outputs) if name in events]
    answer = partial(_answer, form=form, on_off=on_off)
    rows: list[bytes] = []
    inside = Inside(offers=("numpy", *artefact.requires))
    with conversation(artefact, inside, limits, harness.TOKEN_BYTES + form.size) as talk:
        failure = talk.hold(config, feed, partial(_ask, talk, feed, answer, rows))
    table = np.frombuffer(b"".join(rows), "<f8").reshape(len(rows), len(outputs))
    answered_ns = feed.times_ns(0, len(rows))
    signals = {
        name: Signal(answered_ns, column) for name, column in zip(outputs, table.T, strict=True)
    }
    return Run(signals, failure, talk.text(), talk.cpu_s, talk.wall_s, talk.limiter)


def _ask(talk: Conversation, feed: Feed, answer: Callable[..., bytes], rows: list[bytes]) -> None:
    """Ask every step; `rows` takes the answers. Raises `Broken`."""
    for token, question in feed.questions():
        if rows:  # the first step includes the module's loading
            talk.begin_step()
        talk.put(question)
        rows.append(answer(talk, token))
        talk.steps += 1
    talk.end()


def _answer(
    talk: Conversation, token: bytes, *, form: struct.Struct, on_off: Sequence[int]
) -> bytes:
    """The numbers of one answer, which must be to this very question; those at `on_off` are events'."""
    kind, payload = talk.receive()
    if kind == harness.DONE:
        raise Broken("ended", f"stopped answering after {talk.steps} steps")
    if kind != harness.ANSWER or len(payload) != harness.TOKEN_BYTES + form.size:
        raise Broken("output", "wrote garbage where an answer is expected")
    if not payload.startswith(token):
        raise Broken("output", "answered a question that was not asked yet")
    talk.end_step()
    numbers = payload[harness.TOKEN_BYTES :]
    values = form.unpack(numbers)
    if any(map(math.isinf, values)):
        raise Broken("output", "answered an infinite number")
    for at in on_off:
        if values[at] not in (0.0, 1.0) and not math.isnan(values[at]):
            raise not_an_event(values[at])
    return numbers
