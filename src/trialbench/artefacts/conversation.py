"""The host's side of whatever runs in a sandbox: ask, wait, hold the limits, believe nothing."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from trialbench.artefacts import harness
from trialbench.artefacts.cgroup import Group
from trialbench.artefacts.result import Failure
from trialbench.artefacts.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from trialbench.artefacts.feed import Feed
    from trialbench.artefacts.loading import Artefact
    from trialbench.artefacts.result import Limits
    from trialbench.artefacts.sandbox import Inside

_TICK_S: Final = 0.02  # how often processor time and files are looked at
_MAX_FILES: Final = 4096  # in its /tmp: each costs kernel memory that no size bounds
_MAX_REPORT: Final = 4096
_CHUNK: Final = 1 << 16
_SIGNALS: Final = 128  # an exit status above is 128 + the signal, as a shell tells it
_GRACE_S: Final = 1.0  # from a closed pipe to the end of the process that closed it
_MAX_DETAIL: Final = 300


class Broken(Exception):  # noqa: N818 - it is the artefact that is broken
    """The artefact has failed: a code of `CODES` and one line."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


@contextlib.contextmanager
def conversation(
    artefact: Artefact, inside: Inside, limits: Limits, answer_bytes: int
) -> Iterator[Conversation]:
    """A sandbox with the artefact's files in it, to talk with; nothing of it is left afterwards.

    Raises `SandboxUnavailable`, `PlatformError`.
    """
    with tempfile.TemporaryDirectory(prefix="trialbench-") as scratch:
        folder = Path(scratch) / "artefact"
        _write(artefact, folder)
        with (
            Sandbox(folder, inside, limits.disk_bytes) as sandbox,
            Group(sandbox.pid, limits.memory_bytes) as group,
        ):
            try:
                yield Conversation(sandbox, group, limits, answer_bytes)
            finally:  # before the group is left
                sandbox.kill()


def _write(artefact: Artefact, folder: Path) -> None:
    """Write the files, to be read inside by whoever that is; only we get to the folder from outside."""
    for name, content in artefact.files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        file.chmod(0o444)
    for made in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        made.chmod(0o755)


class Stopwatch:
    """The time that an artefact takes: what passes, less what it stood ready without a processor.

    `starved_s` tells the latter, counted from any one instant on.
    """

    def __init__(self, starved_s: Callable[[], float]) -> None:
        self._starved_s = starved_s
        self._begin, self._starved = time.monotonic(), starved_s()

    def elapsed_s(self) -> float:
        """Seconds that it has run or slept since."""
        starved = self._starved_s() - self._starved
        return time.monotonic() - self._begin - max(0.0, starved)

    def is_beyond(self, most_s: float) -> bool:
        """Whether that is more; asks the machine only where it may be."""
        return time.monotonic() - self._begin > most_s and self.elapsed_s() > most_s


class Conversation:
    """One conversation with one sandbox, its limits kept.

    `answer_bytes` is the largest message that is an answer; `steps` counts those answered for.
    """

    def __init__(self, sandbox: Sandbox, group: Group, limits: Limits, answer_bytes: int) -> None:
        self._sandbox, self._group, self._limits = sandbox, group, limits
        self._most = max(answer_bytes, _MAX_REPORT)
        self._buffer, self._log = bytearray(), bytearray()
        self._poll = select.poll()
        self._poll.register(sandbox.answers, select.POLLIN)
        self._poll.register(sandbox.log, select.POLLIN)
        self.limiter = group.name
        self.steps = 0
        self.cpu_s = self.wall_s = 0.0
        self._cpu_begin = sandbox.cpu_s()
        self._whole = Stopwatch(sandbox.starved_s)
        self._step: Stopwatch | None = None
        self._next_look = time.monotonic() + _TICK_S

    def hold(
        self, config: Mapping[str, object], feed: Feed, ask: Callable[[], None]
    ) -> Failure | None:
        """Send what it is to do, `ask` all there is to ask; how the artefact failed, if it did."""
        failure = None
        try:
            self.send(harness.CONFIG, json.dumps({**config, "limits": self._bounds()}).encode())
            ask()
        except Broken as broken:
            during = broken.code not in ("import", "load") and self.steps < feed.steps
            at_ns = feed.time_ns(self.steps) if during else None
            failure = Failure(broken.code, broken.detail, at_ns)
        self.wall_s = self._whole.elapsed_s()
        self._measure()
        self._drain()
        return failure

    def _bounds(self) -> dict[str, float]:
        """What the process inside bounds itself by."""
        return {
            name: getattr(self._limits, name) for name in ("memory_bytes", "cpu_s", "disk_bytes")
        }

    def text(self) -> str:
        """What was printed."""
        return self._log[: self._limits.output_bytes].decode(errors="replace")

    def begin_step(self) -> None:
        """The next answer is to come within `step_s`, where there is such a limit."""
        if self._limits.step_s is not None:
            self._step = Stopwatch(self._sandbox.starved_s)

    def end_step(self) -> None:
        """It has come. Raises `Broken` if too late."""
        if self._step is not None:
            self._check_step(self._step)
            self._step = None

    def end(self) -> None:
        """Say that there is no more to ask, and wait until it is done. Raises `Broken`."""
        self.send(harness.END)
        kind, _ = self.receive()
        if kind != harness.DONE:
            raise Broken("output", "answered after the last step")

    def send(self, kind: int, payload: bytes = b"") -> None:
        """Send a message."""
        self.put(harness.HEAD.pack(kind, len(payload)) + payload)

    def receive(self) -> tuple[int, bytes]:
        """The next message: its kind and payload; a report of failure is raised as `Broken`."""
        while True:
            if len(self._buffer) >= harness.HEAD.size:
                kind, size = harness.HEAD.unpack_from(self._buffer)
                if size > self._most:
                    raise Broken("output", "wrote garbage where an answer is expected")
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

    def put(self, message: bytes) -> None:
        """Send a whole message without ever being held up by it. Raises `Broken`."""
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
                        raise Broken(
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
        self._next_look = time.monotonic() + _TICK_S
        self._measure()
        if self.cpu_s > self._limits.cpu_s:
            raise self._over_cpu()
        if self._whole.is_beyond(self._limits.wall_s):
            raise Broken("wall", f"not done after {self._limits.wall_s:g} s")
        if self._step is not None:
            self._check_step(self._step)
        if self._sandbox.files() > _MAX_FILES:
            raise Broken("memory", f"made more than {_MAX_FILES} files")

    def _check_step(self, step: Stopwatch) -> None:
        most_s = self._limits.step_s
        if most_s is not None and step.is_beyond(most_s):
            raise Broken("late", f"no answer within {most_s:g} s")

    def _measure(self) -> None:
        cpu_s = self._sandbox.cpu_s() - self._cpu_begin
        self.cpu_s = max(self.cpu_s, cpu_s)  # the clock of a process that is gone gives NaN

    def _over_cpu(self) -> Broken:
        return Broken("cpu", f"used more than {self._limits.cpu_s:g} s of processor time")

    def _silenced(self) -> Broken:
        """What it means that its end of a pipe is closed: mostly, that the process has ended."""
        patience = time.monotonic() + _GRACE_S
        while not self._sandbox.ended(_TICK_S):
            self._drain()  # it may still be held up by what it prints
            if time.monotonic() > patience:
                return Broken("output", "closed its pipe to the bench")
        status = self._sandbox.exit_status()
        if self._group.exhausted():
            return Broken("memory", f"used more than {self._limits.memory_bytes} bytes of memory")
        if status == _SIGNALS + signal.SIGXCPU:
            return self._over_cpu()
        if status == 0:
            return Broken("ended", f"ended its process after {self.steps} steps")
        if status > _SIGNALS:
            return Broken("crash", f"was killed by {_signal(status - _SIGNALS)}")
        return Broken("crash", f"ended its process with status {status}")


def not_an_event(answer: float) -> Broken:
    """What an answer comes to that is neither 0 nor 1 (nor NaN) where an event is declared."""
    return Broken("output", f"answered {answer:g} for an event, which is 0 or 1 (or nan, unknown)")


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _reported(payload: bytes) -> Broken:
    """A failure as it is told from inside, where the artefact may have told it: marked as its words."""
    code, _, detail = payload.decode(errors="replace").partition("\0")
    if code not in harness.CODES:
        return Broken("output", "wrote garbage where an answer is expected")
    return Broken(code, f"in its own words: {one_line(detail)}")


def one_line(text: str) -> str:
    """Text from inside, fit to be shown."""
    return "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))[:_MAX_DETAIL]
