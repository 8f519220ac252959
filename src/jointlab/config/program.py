"""A program that is kept alive: ever more patiently, and without taking others down with it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from signal import SIGKILL

from jointlab.config.child_processes import Child
from jointlab.config.home import Unusable

PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0, 15.0, 60.0)  # seconds before each start anew; then the last
STEADY = 30.0  # seconds of life after which earlier deaths are forgotten

_SPEAKING = threading.Lock()


def say(text: str) -> None:
    """Write a line to the console, if there still is one."""
    with _SPEAKING, suppress(OSError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


class Program:
    """Started when due, and again when it died: later and later when it dies again and again."""

    def __init__(self, name: str, start: Callable[[], Child]) -> None:
        self.name, self._start = name, start
        self.process: Child | None = None
        self.deaths = 0
        self.started = self.due = 0.0

    def tend(self) -> None:
        """Start the program if it is due; note its death, and when it is due again."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self._begin(now)
        elif self.process.poll() is not None:
            self._bury(self.process, now)

    def stop(self) -> None:
        """Ask for an orderly end."""
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def finish(self, deadline: float) -> None:
        """Wait for the end until the deadline, then end it and whatever it started."""
        if self.process:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(max(0.0, deadline - time.monotonic()))
            _sweep(self.process)
            self.process.wait()

    def _begin(self, now: float) -> None:
        self.started = now
        try:
            self.process = self._start()
        except Unusable as reason:
            self._wait(f"the {self.name} does not start: {reason}", now)

    def _bury(self, process: Child, now: float) -> None:
        _sweep(process)
        self.process = None
        if now - self.started > STEADY:
            self.deaths = 0
        self._wait(f"the {self.name} ended ({process.returncode})", now)

    def _wait(self, what: str, now: float) -> None:
        """Say what happened, and when the next start is due."""
        pause = PAUSES[min(self.deaths, len(PAUSES) - 1)]
        self.deaths += 1
        again = "starting it again" if pause < 10 else f"starting it again in {pause:.0f} seconds"
        say(f"{what}: {again}")
        self.due = now + pause


def _sweep(process: Child) -> None:
    """End what is left of the process and of those that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, SIGKILL)
