"""Real instances as children of a test, and what can be seen of their processes."""

from __future__ import annotations

import http.client
import os
import select
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGKILL, SIGTERM

import pytest

PATIENCE = 60.0
BIN = Path(sys.executable).parent
OURS = ("DATABASE_", "JOINTLAB_", "DJANGO_SETTINGS_MODULE", "PG")

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root steps down")


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a command is told: its home, and nothing of this test run's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return kept | {"JOINTLAB_HOME": str(home)} | more


def jointlab(
    home: Path, *line: str, text: str = "", **more: str
) -> subprocess.CompletedProcess[str]:
    """Run a command of ours to its end."""
    return subprocess.run(
        [BIN / "jointlab", *line],
        env=environment(home, **more),
        input=text,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def until(condition: Callable[[], bool], what: str) -> None:
    """Look again and again until the condition holds."""
    again = threading.Event()
    for _ in range(int(PATIENCE / 0.05)):
        if condition():
            return
        again.wait(0.05)
    pytest.fail(f"in vain: {what}")


def descendants(pid: int) -> list[int]:
    """The processes below this one."""
    with suppress(FileNotFoundError, ProcessLookupError):
        named = [task.read_text().split() for task in Path(f"/proc/{pid}/task").glob("*/children")]
        children = [int(child) for some in named for child in some]
        return children + [low for child in children for low in descendants(child)]
    return []


def command(pid: int) -> str:
    """The command line of a process; nothing when there is none."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def lives(pid: int) -> bool:
    """Say whether the process runs: one that only waits to be buried does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def kill(pid: int) -> None:
    """Kill a process by force and wait until it is gone."""
    handle = os.pidfd_open(pid)
    os.kill(pid, SIGKILL)
    select.select([handle], [], [], PATIENCE)
    os.close(handle)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def copy(home: Path, to: Path) -> Path:
    """Copy a home that rests, owners and all."""
    subprocess.run(["cp", "-a", home, to], check=True)
    return to


class Instance:
    """`jointlab serve` or `jointlab demo`, running."""

    def __init__(
        self, home: Path, *line: str, programs: Path = BIN, folder: Path | None = None
    ) -> None:
        self.home, self.port = home, free_port()
        self.process = subprocess.Popen(
            [programs / "jointlab", *line, f"--port={self.port}"],
            env=environment(home),
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said: list[str] = []
        self.answered_early: list[int] = []
        self.listener = threading.Thread(target=self._listen, daemon=True)

    def wait(self) -> None:
        """Wait until it says that it answers."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line)
            if "answers at" in line:
                self.listener.start()
                return
            if status := self.status():
                self.answered_early.append(status)
        self.process.stdout.close()
        self.process.wait()
        pytest.fail("".join(self.said))

    def _listen(self) -> None:
        assert self.process.stdout
        with self.process.stdout as output:
            self.said.extend(output)

    def status(self, path: str = "/health") -> int:
        """What a page is answered with; 0 for no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def find(self, word: str) -> int:
        """The uppermost process below ours whose command line has the word; 0 for none."""
        below = [pid for pid in descendants(self.process.pid) if word in command(pid)]
        return below[0] if below else 0

    def stop(self) -> int:
        self.process.send_signal(SIGTERM)
        code = self.process.wait(PATIENCE)
        self.close()
        return code

    def close(self) -> None:
        """Hear the last that an ended instance said."""
        if self.listener.is_alive():
            self.listener.join(PATIENCE)


@contextmanager
def instance(home: Path, *line: str, folder: Path | None = None) -> Iterator[Instance]:
    """Lend an instance that answers, started in the folder; nothing of it is left behind."""
    running = Instance(home, *(line or ("serve",)), folder=folder)
    try:
        running.wait()
        yield running
    finally:
        below = descendants(running.process.pid)
        if running.process.poll() is None:
            running.stop()
        for pid in filter(lives, below):
            os.kill(pid, SIGKILL)
        running.close()


def fill(disk: Path) -> Path:
    ballast = disk / "ballast"
    subprocess.run(
        ["dd", "if=/dev/zero", f"of={ballast}", "bs=64k"], check=False, capture_output=True
    )
    assert shutil.disk_usage(disk).free == 0
    return ballast
