"""Children that do not outlive the process that started them.

Linux sends a child the signal it chose when its parent ends, however the parent ends. This file is
also the script that makes the choice and then becomes the command: after it has changed its user,
because the choice is forgotten then.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from signal import SIGKILL, Signals
from typing import IO, Any

PR_SET_PDEATHSIG = 1


def end_with(parent: int, by: int = SIGKILL) -> None:
    """Ask for the signal at the parent's end; leave now if it has ended already."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(by)) != 0:
        raise OSError(ctypes.get_errno(), "cannot be tied to the parent process")
    if os.getppid() != parent:
        raise SystemExit("the process that started this one has ended")


def command(line: Sequence[str | Path], *, by: Signals = SIGKILL, user: str = "") -> list[str]:
    """Return the command line that runs this one, tied to the calling thread.

    `user` is two numbers, UID:GID, to step down to; nothing stays who calls.
    """
    script = [sys.executable, "-I", "-S", __file__, str(os.getpid()), str(int(by)), user]
    return [*script, *map(str, line)]


def run(
    line: Sequence[str | Path], *, user: str = "", **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; its output, in one piece, is in the result."""
    return subprocess.run(
        command(line, by=SIGKILL, user=user),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
        check=False,
        **options,
    )


class Child(subprocess.Popen[str]):
    """A command that tells each line of its output, in a session of its own.

    Ctrl-C at the terminal is not meant for it. Start it from the main thread: to Linux the parent
    is the thread, not the process.
    """

    def __init__(
        self,
        line: Sequence[str | Path],
        *,
        tell: Callable[[str], None],
        by: Signals = SIGKILL,
        user: str = "",
        **options: Any,
    ) -> None:
        super().__init__(
            command(line, by=by, user=user),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            **options,
        )
        self._reader = threading.Thread(target=_read, args=(self.stdout, tell), daemon=True)
        self._reader.start()

    def drain(self) -> None:
        """Wait, after its end, until all that it said has been told."""
        self._reader.join(1)


def _read(output: IO[str], tell: Callable[[str], None]) -> None:
    with output:
        for line in output:
            tell(line.rstrip("\n"))


def become(parent: str, by: str, user: str, *command: str) -> None:
    """Change to the user, be tied to the parent, become the command."""
    if user:
        uid, gid = map(int, user.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    end_with(int(parent), int(by))
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    become(*sys.argv[1:])
