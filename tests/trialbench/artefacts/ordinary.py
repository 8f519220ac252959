"""Commands run as an ordinary user, though the tests run as root and all may lie in closed homes."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

USER = 64_321
ROOT = Path(__file__).parents[3]

as_root = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("setpriv") is None,
    reason="only root steps down to another user (setpriv of util-linux does it)",
)


def as_ordinary_user(*line: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as a user with no rights, in a mount namespace that opens the way to our Python.

    `home` is a folder that this user may write to.
    """
    os.chown(home, USER, USER)
    needed = {Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), ROOT, home}
    script = ["set -e", "mount --make-rprivate /", *_opened(needed)]
    environment = (
        f"PATH={os.environ['PATH']} HOME={home} PYTHONPATH={ROOT}/src PYTHONDONTWRITEBYTECODE=1"
    )
    dropped = f"setpriv --reuid={USER} --regid={USER} --clear-groups"
    script.append(f"cd / && exec {dropped} env -i {environment} {shlex.join(line)}")
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", "\n".join(script)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def _opened(needed: set[Path]) -> list[str]:
    """Commands that cover each closed folder on the way by an open one with what is needed in it."""
    closed = {
        parent
        for path in needed
        for parent in path.parents
        if not parent.stat().st_mode & 0o001 or parent.stat().st_mode & 0o777 == 0o700
    }
    tops = [folder for folder in closed if not closed & set(folder.parents)]
    commands = []
    for number, top in enumerate(sorted(tops)):
        below = sorted(path for path in needed if top in path.parents)
        stage = f"/tmp/opened-{os.getpid()}-{number}"
        for at, path in enumerate(below):
            commands += [
                f"mkdir -p {stage}-{at}",
                f"mount --bind {shlex.quote(str(path))} {stage}-{at}",
            ]
        commands.append(f"mount -t tmpfs -o mode=755 tmpfs {shlex.quote(str(top))}")
        for at, path in enumerate(below):
            commands += [
                f"mkdir -p {shlex.quote(str(path))}",
                f"mount --move {stage}-{at} {shlex.quote(str(path))}",
            ]
            commands.append(f"rmdir {stage}-{at}")
    return commands
