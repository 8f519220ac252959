"""Run by root in front of bubblewrap: hold what is to be seen inside, become nobody, then start it.

What root maps to itself stays root's on the host: a device bound into the sandbox would be the
artefact's own, and its mode the artefact's to change. So root becomes a user that owns nothing. The
folders that are to be seen may lie below homes that are closed to such a user: they are bound to
places of their own first, in a mount namespace that nobody else sees.

This file imports nothing of the package, for it is run by itself:
`stepdown.py SOURCE… -- COMMAND…`, with `place(n)` in the command for the nth source.
"""

from __future__ import annotations

import ctypes
import os
import stat
import sys
from typing import Final

USER: Final = 982_451_653
"""A fixed user and group that no machine gives out (a prime, far beyond what adduser and containers take)."""
_STAGE: Final = "/tmp"  # noqa: S108 - of the namespace, covered
_NEW_NAMESPACE: Final = 0x00020000
_BIND, _RECURSIVE, _PRIVATE = 0x1000, 0x4000, 0x40000


def place(number: int) -> str:
    """Where the source of that number lies for the command."""
    return f"{_STAGE}/{number}"


def main(arguments: list[str]) -> None:
    """Bind the sources, drop every right, become the command. Raises `OSError`."""
    at = arguments.index("--")
    sources, command = arguments[:at], arguments[at + 1 :]
    _stage(sources)
    os.chdir("/")
    os.setgroups([])
    os.setresgid(USER, USER, USER)
    os.setresuid(USER, USER, USER)
    os.execve(command[0], command, {})  # noqa: S606 - nothing of the environment, not even Python's own


def _stage(sources: list[str]) -> None:
    """Bind each source to its place; opened before /tmp, in which some lie, is covered."""
    if _libc.unshare(_NEW_NAMESPACE):
        raise _refused("unshare")
    _mount("none", "/", _RECURSIVE | _PRIVATE)
    held = [os.open(source, os.O_PATH) for source in sources]
    _mount("tmpfs", _STAGE, kind="tmpfs", options="mode=755")
    for number, fd in enumerate(held):
        if stat.S_ISDIR(os.fstat(fd).st_mode):
            os.mkdir(place(number))  # noqa: PTH102 - pathlib is not loaded
        else:
            os.close(os.open(place(number), os.O_CREAT))
        _mount(f"/proc/self/fd/{fd}", place(number), _BIND | _RECURSIVE)
        os.close(fd)


def _mount(source: str, target: str, flags: int = 0, *, kind: str = "", options: str = "") -> None:
    if _libc.mount(*(text.encode() for text in (source, target, kind)), flags, options.encode()):
        raise _refused(f"mount {source} on {target}")


def _refused(what: str) -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number), what)


if __name__ == "__main__":
    _libc = ctypes.CDLL(None, use_errno=True)
    try:
        main(sys.argv[1:])
    except OSError as error:
        sys.exit(f"stepping down from root failed: {error}")
