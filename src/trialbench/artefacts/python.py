"""The host's side of a Python artefact: ask, wait, believe nothing."""

from __future__ import annotations

import contextlib
import json
import math
import os
import select
import signal
import struct
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from trialbench.artefacts import harness
from trialbench.artefacts.cgroup import Group
from trialbench.artefacts.feed import Feed
from trialbench.artefacts.result import Failure, Limits, Run
from trialbench.artefacts.sandbox import Sandbox
from trialbench.signal import Signal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trialbench.artefacts.loading import Artefact

_TICK_S: Final = 0.02  # how often processor time and files are looked at
_MAX_FILES: Final = 4096  # in its /tmp: each costs kernel memory that no size bounds
_MAX_REPORT: Final = 4096
_CHUNK: Final = 1 << 16
_SIGNALS: Final = 128  # an exit status above is 128 + the signal, as a shell tells it
_GRACE_S: Final = 1.0  # from a closed pipe to the end of the process that closed it
_MAX_DETAIL: Final = 300


class _Broken(Exception):  # noqa: N818 - it is the artefact that is broken
    """The artefact has failed: a code of `CODES` and one line."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


def run_python(
    artefact: Artefact,
    inputs: Mapping[str, Signal],
    outputs: Sequence[str],
    *,
    times: tuple[int, int, int],
    limits: Limits,
) -> Run:
    """Run a Python artefact; `times` are the first step, the last time, and the period, in ns.

    Raises `SandboxUnavailable`, `PlatformError`.
    """
    feed = Feed(inputs, *times)
    with tempfile.TemporaryDirectory(prefix="trialbench-") as scratch:
        folder = Path(scratch) / "artefact"
        _write(artefact, folder)
        with (
            Sandbox(folder, artefact.requires, limits.disk_bytes) as sandbox,
            Group(sandbox.pid, limits.memory_bytes) as group,
        ):
            trial = _Trial(sandbox, group, limits, outputs)
            failure = trial.run(artefact, inputs, feed, times[2])
            sandbox.kill()
    signals = trial.answers(feed)
    return Run(signals, failure, trial.text(), trial.cpu_s, trial.wall_s, group.name)


def _write(artefact: Artefact, folder: Path) -> None:
    """Write the files, to be read inside by whoever that is; only we get to the folder from outside."""
    for name, content in artefact.files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        file.chmod(0o444)
    for made in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        made.chmod(0o755)


class _Trial:
    """One conversation with one sandbox, its limits kept."""

    def __init__(
        self, sandbox: Sandbox, group: Group, limits: Limits, outputs: Sequence[str]
    ) -> None:
        self._sandbox, self._group, self._limits = sandbox, group, limits
        self._outputs = list(outputs)
        self._form = struct.Struct(f"<{len(self._outputs)}d")
        self._size = harness.TOKEN_BYTES + self._form.size
        self._buffer, self._log = bytearray(), bytearray()
        self._rows: list[bytes] = []
        self._poll = select.poll()
        self._poll.register(sandbox.answers, select.POLLIN)
        self._poll.register(sandbox.log, select.POLLIN)
        self.cpu_s = self.wall_s = 0.0
        self._cpu_begin = sandbox.cpu_s()
        self._begin = time.monotonic()
        self._next_look = self._begin + _TICK_S
        self._step_end = self._end = self._begin + limits.wall_s

    def run(
        self, artefact: Artefact, inputs: Mapping[str, Signal], feed: Feed, step_ns: int
    ) -> Failure | None:
        """Ask to the end; how it failed, if it did."""
        failure = None
        try:
            self._send(self._config(artefact, inputs, step_ns))
            self._converse(feed)
        except _Broken as broken:
            during = broken.code != "start" and len(self._rows) < feed.steps
            at_ns = feed.time_ns(len(self._rows)) if during else None
            failure = Failure(broken.code, broken.detail, at_ns)
        self.wall_s = time.monotonic() - self._begin
        self._measure()
        self._drain()
        return failure

    def answers(self, feed: Feed) -> dict[str, Signal]:
        """What was answered, as signals."""
        table = np.frombuffer(b"".join(self._rows), "<f8")
        table = table.reshape(len(self._rows), len(self._outputs))
        times = feed.times_ns(0, len(self._rows))
        return {
            name: Signal(times, column) for name, column in zip(self._outputs, table.T, strict=True)
        }

    def text(self) -> str:
        """What was printed."""
        return self._log[: self._limits.output_bytes].decode(errors="replace")

    def _config(self, artefact: Artefact, inputs: Mapping[str, Signal], step_ns: int) -> bytes:
        limits = {
            name: getattr(self._limits, name) for name in ("memory_bytes", "cpu_s", "disk_bytes")
        }
        config = {
            "entry": artefact.entry,
            "inputs": list(inputs),
            "outputs": self._outputs,
            "step_ns": step_ns,
            "limits": limits,
        }
        payload = json.dumps(config).encode()
        return harness.HEAD.pack(harness.CONFIG, len(payload)) + payload

    def _converse(self, feed: Feed) -> None:
        step_s = self._limits.step_s
        for token, question in feed.questions():
            if step_s is not None and self._rows:  # the first step includes the module's loading
                self._step_end = min(self._end, time.monotonic() + step_s)
            self._send(question)
            self._rows.append(self._answer(token))
        self._step_end = self._end
        self._send(harness.HEAD.pack(harness.END, 0))
        kind, _ = self._receive()
        if kind != harness.DONE:
            raise _Broken("output", "answered after the last step")

    def _answer(self, token: bytes) -> bytes:
        """The numbers of one answer, which must be to this very question."""
        kind, payload = self._receive()
        if kind == harness.DONE:
            raise _Broken("ended", f"stopped answering after {len(self._rows)} steps")
        if kind != harness.ANSWER or len(payload) != self._size:
            raise _Broken("output", "wrote garbage where an answer is expected")
        if not payload.startswith(token):
            raise _Broken("output", "answered a question that was not asked yet")
        if time.monotonic() > self._step_end:
            self._look()
        numbers = payload[harness.TOKEN_BYTES :]
        if any(map(math.isinf, self._form.unpack(numbers))):
            raise _Broken("output", "answered an infinite number")
        return numbers

    def _receive(self) -> tuple[int, bytes]:
        """The next message; a report of failure is raised."""
        while True:
            if len(self._buffer) >= harness.HEAD.size:
                kind, size = harness.HEAD.unpack_from(self._buffer)
                if size > max(self._size, _MAX_REPORT):
                    raise _Broken("output", "wrote garbage where an answer is expected")
                end = harness.HEAD.size + size
                if len(self._buffer) >= end:
                    payload = bytes(self._buffer[harness.HEAD.size : end])
                    del self._buffer[:end]
                    if kind == harness.FAILED:
                        raise _reported(payload)
                    return kind, payload
            self._wait()
            try:
                chunk = os.read(self._sandbox.answers, _CHUNK)
            except BlockingIOError:
                continue
            if not chunk:
                raise self._silenced()
            self._buffer += chunk

    def _send(self, message: bytes) -> None:
        """Send a message without ever being held up by it."""
        left = memoryview(message)
        while left:
            try:
                left = left[os.write(self._sandbox.questions, left) :]
            except BlockingIOError:
                self._wait(room=True)
            except BrokenPipeError:
                raise self._silenced() from None

    def _wait(self, *, room: bool = False) -> None:
        """Until something comes (or there is room to ask), keeping the log and the limits."""
        if room:
            self._poll.register(self._sandbox.questions, select.POLLOUT)
        try:
            while True:
                ready = self._poll.poll(_TICK_S * 1000)
                if time.monotonic() >= self._next_look:
                    self._look()
                for fd, _ in ready:
                    if fd != self._sandbox.log:
                        return
                    self._drain()
                    if len(self._log) > self._limits.output_bytes:
                        raise _Broken(
                            "output", f"printed more than {self._limits.output_bytes} bytes"
                        )
        finally:
            if room:
                self._poll.unregister(self._sandbox.questions)

    def _drain(self) -> None:
        """Take what was printed, as far as it is to be kept."""
        try:
            chunk = os.read(self._sandbox.log, _CHUNK)
        except BlockingIOError:
            return
        if not chunk:
            with contextlib.suppress(KeyError):  # it was at its end before
                self._poll.unregister(self._sandbox.log)
        elif len(self._log) <= self._limits.output_bytes:
            self._log += chunk

    def _look(self) -> None:
        """Hold the limits against what was used."""
        now = time.monotonic()
        self._next_look = now + _TICK_S
        self._measure()
        if self.cpu_s > self._limits.cpu_s:
            raise self._over_cpu()
        if now > self._end:
            raise _Broken("wall", f"not done after {self._limits.wall_s:g} s")
        if now > self._step_end:
            raise _Broken("wall", f"no answer within {self._limits.step_s:g} s")
        if self._sandbox.files() > _MAX_FILES:
            raise _Broken("memory", f"made more than {_MAX_FILES} files")

    def _measure(self) -> None:
        cpu_s = self._sandbox.cpu_s() - self._cpu_begin
        self.cpu_s = max(self.cpu_s, cpu_s)  # the clock of a process that is gone gives NaN

    def _over_cpu(self) -> _Broken:
        return _Broken("cpu", f"used more than {self._limits.cpu_s:g} s of processor time")

    def _silenced(self) -> _Broken:
        """What it means that its end of a pipe is closed: mostly, that the process has ended."""
        patience = time.monotonic() + _GRACE_S
        while not self._sandbox.ended(_TICK_S):
            self._drain()  # it may still be held up by what it prints
            if time.monotonic() > patience:
                return _Broken("output", "closed its pipe to the bench")
        status = self._sandbox.exit_status()
        if self._group.exhausted():
            return _Broken("memory", f"used more than {self._limits.memory_bytes} bytes of memory")
        if status == _SIGNALS + signal.SIGXCPU:
            return self._over_cpu()
        if status == 0:
            return _Broken("ended", f"ended its process after {len(self._rows)} steps")
        if status > _SIGNALS:
            return _Broken("crash", f"was killed by {_signal(status - _SIGNALS)}")
        return _Broken("crash", f"ended its process with status {status}")


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _reported(payload: bytes) -> _Broken:
    """A failure as it is told from inside, where the artefact may have told it: marked as its words."""
    code, _, detail = payload.decode(errors="replace").partition("\0")
    if code not in harness.CODES:
        return _Broken("output", "wrote garbage where an answer is expected")
    line = "".join(c if c.isprintable() else "?" for c in " ".join(detail.split()))
    return _Broken(code, f"in its own words: {line[:_MAX_DETAIL]}")
