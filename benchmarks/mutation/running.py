"""A mutant against its tests, in a copy of the checkout."""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.data import DATA

from benchmarks.mutation.modules import which_tests
from benchmarks.mutation.mutants import Mutant

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "build", "dist", ".hypothesis", ".*_cache")
LIKELY = 3
IDLE = 10
"""How much longer than working a test may wait: for a lock, or where others use the machine."""
NO_TESTS = (4, 5)  # pytest's exit codes: not to be run, and none there


@dataclass(frozen=True)
class Outcome:
    """What came of a mutant: the test that failed first, or "" where all passed; seconds that it took."""

    mutant: Mutant
    killer: str
    seconds: float


class Copy:
    """A copy of the checkout in which one mutant at a time is tried."""

    def __init__(self, source: Path, folder: Path, patience: float) -> None:
        """`patience` is how many seconds of work without a test's end are a hang."""
        self.top = folder
        self.patience = patience
        self.tried = 0
        # With its times: compiled kernels are found by those of their source.
        shutil.copytree(source, folder, ignore=LEFT_OUT)

    def try_(self, mutant: Mutant) -> Outcome:
        """Run the tests of the mutant's module with the mutant in its place."""
        file, began = self.top / mutant.path, time.monotonic()
        kept, times = file.read_bytes(), file.stat()
        self.tried += 1
        file.write_text(mutant.source, "utf-8")
        # No two mutants of one second: Python takes bytecode for that of a source of its second and size.
        os.utime(file, (time.time(), int(time.time()) + self.tried))
        try:
            tests = which_tests(self.top, mutant.path, mutant.function)
            # Most mutants die at once: only for the others are all tests gathered.
            killer = self.first_failure(tests[:LIKELY]) or self.first_failure(tests[LIKELY:])
        finally:
            file.write_bytes(kept)
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
        return Outcome(mutant, killer, time.monotonic() - began)

    def first_failure(self, tests: list[str]) -> str:
        """Run these tests; the first that fails, what went wrong otherwise, or "" where all pass."""
        if not tests:  # pytest would run them all
            return ""
        options = ["-x", "-q", "--tb=no", "--hypothesis-seed=0"]
        line = [sys.executable, "-m", "pytest", *options, *tests]
        environment = os.environ | {
            "PYTHONPATH": str(self.top / "src"),  # before the checkout, which is installed
            "JOINTLAB_DATA": str(DATA),
        }
        with subprocess.Popen(
            line, cwd=self.top, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process:  # fmt: skip
            try:
                said = self._read(process)
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
        if said is None:
            return "hang"
        if process.returncode == 0:
            return ""
        if process.returncode in NO_TESTS:
            raise RuntimeError(f"no tests were run: {' '.join(line)}\n{said[-2000:]}")
        failed = re.search(r"^(?:FAILED|ERROR) (tests/[^\s\[]+)", said, re.MULTILINE)
        return failed[1] if failed else f"exit {process.returncode}"

    def _read(self, process: subprocess.Popen[bytes]) -> str | None:
        """What it prints until its end, None where it says nothing for too long."""
        assert process.stdout is not None
        said, since, worked = b"", time.monotonic(), 0.0
        while True:
            if select.select([process.stdout], [], [], 1.0)[0]:
                piece = os.read(process.stdout.fileno(), 1 << 16)
                if not piece:
                    process.wait()
                    return said.decode("utf-8", "replace")
                said += piece
                since, worked = time.monotonic(), _cpu_s(process.pid)
            elif (
                _cpu_s(process.pid) - worked > self.patience
                or time.monotonic() - since > IDLE * self.patience
            ):
                return None


def _cpu_s(pid: int) -> float:
    """The processor time of the process: unlike the clock's, it is the same on a busy machine."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
