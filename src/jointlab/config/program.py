"""A program that is kept alive, within bounds."""

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

PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0)  # seconds before each start anew; then no more
STEADY = 30.0  # seconds of life after which earlier deaths are forgotten

_SPEAKING = threading.Lock()


def say(text: str) -> None:
    """Write a line to the console, if there still is one."""
    with _SPEAKING, suppress(OSError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


class Program:
    """Started when due, started again when it died, given up when it dies again and again."""

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
                self.process, self.started = self._start(), now
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

    def _bury(self, process: Child, now: float) -> None:
        _sweep(process)
        self.process = None
        self.deaths = 1 if now - self.started > STEADY else self.deaths + 1
        ending = f"the {self.name} ended ({process.returncode})"
        if self.deaths > len(PAUSES):
            raise Unusable(f"{ending}, time and again: its last words stand above")
        say(f"{ending}: starting it again")
        self.due = now + PAUSES[self.deaths - 1]


def _sweep(process: Child) -> None:
    """End what is left of the process and of those that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, SIGKILL)
