"""What works on this machine and what does not: `trialbench doctor`, each lack with its remedy."""

from __future__ import annotations

import ctypes
import os
import platform
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trialbench.errors import TrialbenchError

_OLDEST_BWRAP: Final = (0, 8)
_RESTRICTED: Final = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
_NAMESPACES: Final = Path("/proc/sys/user/max_user_namespaces")
_FONTS: Final = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
_CJK: Final = re.compile(r"(?i)noto.*cjk|sourcehan|wqy|nanum|simsun|msyh|malgun|ukai|uming")
_UNSYNCHRONISED: Final = 5  # TIME_ERROR of adjtimex(2)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the bench needs or likes: whether it is there, and the remedy where it is not.

    Without a `needed` thing something cannot be done at all; another lack makes it slower or plainer.
    """

    what: str
    works: bool
    told: str
    remedy: str = ""
    needed: bool = True


def examine() -> Iterator[Finding]:
    """Look at one thing after the other; each check is the real thing, on this machine, as this user."""
    checks: tuple[Callable[[], Finding], ...] = (
        _processor, _bubblewrap, _sandbox, _memory, _clock, _fonts, _kernels, _scratch,
    )  # fmt: skip
    for check in checks:
        yield check()


def _processor() -> Finding:
    from trialbench.artefacts import seccomp

    machine = platform.machine()
    return Finding(
        "processor",
        machine in seccomp.MACHINES,
        f"{machine}, Linux {platform.release()}",
        f"artefacts run on {' and '.join(seccomp.MACHINES)}; recordings are read and judged here",
    )


def _bubblewrap() -> Finding:
    path = shutil.which("bwrap")
    if path is None:
        return Finding(
            "bubblewrap", False, "missing", "install it (Debian: apt-get install bubblewrap)"
        )
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    numbers = re.findall(r"\d+", said)
    return Finding(
        "bubblewrap",
        tuple(map(int, numbers[:2])) >= _OLDEST_BWRAP,
        said.strip() or f"{path} tells no version",
        "0.8 or newer is needed (Debian 12, Ubuntu 24.04): upgrade it",
    )


def _sandbox() -> Finding:
    """Start a sandbox and nothing in it."""
    from trialbench.artefacts.sandbox import Inside, Sandbox

    who = "as root, which becomes a user that owns nothing" if os.geteuid() == 0 else "as this user"
    try:
        with tempfile.TemporaryDirectory() as folder, Sandbox(Path(folder), Inside(), 1 << 20):
            return Finding("sandbox", True, f"starts {who}")
    except TrialbenchError as error:
        return Finding("sandbox", False, str(error), _sandbox_remedy())


def _sandbox_remedy() -> str:
    if _said(_RESTRICTED) == "1":
        return (
            "AppArmor keeps bubblewrap from making user namespaces: install the profile of"
            " docs/howto/sandbox.md, then: sudo apparmor_parser -r /etc/apparmor.d/bwrap"
        )
    if _said(_NAMESPACES) == "0":
        return "user namespaces are switched off: sudo sysctl user.max_user_namespaces=10000"
    if _said(Path("/proc/sys/kernel/unprivileged_userns_clone")) == "0":
        return "user namespaces are root's alone: sudo sysctl kernel.unprivileged_userns_clone=1"
    return "see docs/howto: in a container, bubblewrap needs user namespaces and an unmasked /proc"


def _memory() -> Finding:
    from trialbench.artefacts.cgroup import VARIABLE, Group

    if VARIABLE not in os.environ:
        return Finding(
            "memory of artefacts",
            False,
            "bounded by rlimits: what the kernel keeps for a process, and its /tmp, are bounded apart",
            f"for one bound over all, give a cgroup to divide: {VARIABLE}=/sys/fs/cgroup/… (docs/artefacts.md)",
            needed=False,
        )
    idle = subprocess.Popen(["sleep", "60"])
    try:
        with Group(idle.pid, 1 << 28) as group:
            found = Finding("memory of artefacts", True, f"bounded by {group.name}")
            idle.kill()
            idle.wait()
            return found
    except TrialbenchError as error:
        return Finding("memory of artefacts", False, str(error), "see docs/artefacts.md, Limits")
    finally:
        idle.kill()
        idle.wait()


def _clock() -> Finding:
    """Evidence carries the time of its signing."""
    state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512))
    return Finding(
        "clock",
        0 <= state < _UNSYNCHRONISED,
        "kept by a time service"
        if 0 <= state < _UNSYNCHRONISED
        else "the kernel knows of no time service",
        "signatures carry this clock's time: run one (Debian: apt-get install chrony)",
        needed=False,
    )


def _fonts() -> Finding:
    folders = (Path(folder).expanduser() for folder in _FONTS)
    found = next(
        (file for folder in folders for file in folder.rglob("*") if _CJK.search(file.name)), None
    )
    return Finding(
        "Chinese and Korean fonts",
        found is not None,
        "there" if found is not None else "none found",
        "for reports looked at on this machine: apt-get install fonts-noto-cjk",
        needed=False,
    )


def _kernels() -> Finding:
    """Compiled kernels beside the package, or in the user's own cache."""
    from trialbench.stl import kernels

    places = {
        Path(each.stats.cache_path) for each in vars(kernels).values() if hasattr(each, "stats")
    }
    compiled = any(file for place in places for file in place.glob("*.nbi"))
    return Finding(
        "compiled kernels",
        compiled,
        "there" if compiled else "missing: the first trial waits for half a minute",
        "python -m trialbench.warm",
        needed=False,
    )


def _scratch() -> Finding:
    folder = Path(tempfile.gettempdir())
    free = shutil.disk_usage(folder).free
    return Finding(
        "scratch space",
        free > 1 << 28,
        f"{free / 1e9:.1f} GB free in {folder}",
        "make room, or name another folder with TMPDIR",
    )


def _said(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except OSError:
        return ""
