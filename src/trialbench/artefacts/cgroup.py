"""A control group around the sandbox, where the machine's keeper has given us one to divide.

`TRIALBENCH_CGROUP` names it: a folder of a cgroup v2 hierarchy with the memory controller in its
`cgroup.subtree_control`, or of a v1 memory hierarchy. We take none that was not given: a group
that happens to be writable belongs to whoever runs this session, and counts what it uses.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final

from trialbench.errors import SandboxUnavailable

VARIABLE: Final = "TRIALBENCH_CGROUP"
_LIMITS: Final = {
    "v1": ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "memory.oom_control"),
    "v2": ("memory.max", "memory.swap.max", "memory.events"),
}


class Group:
    """Bounds the memory of one process from now on, its kernel memory and files in /tmp too.

    A context manager, left when the process is gone. `name` says what bounds it: rlimits alone
    where no group was given. Raises `SandboxUnavailable` where one was given that cannot be used.
    """

    def __init__(self, pid: int, memory_bytes: int) -> None:
        parent = os.environ.get(VARIABLE)
        self._folder = Path(parent) / f"trial-{pid}" if parent else None
        self.name = "rlimits"
        if self._folder is not None:
            try:
                self._enter(self._folder, pid, memory_bytes)
            except OSError as error:
                self.__exit__()
                raise SandboxUnavailable(
                    f"{VARIABLE}={parent} cannot be used: {error.strerror}: {error.filename}"
                ) from None

    def __enter__(self) -> Group:
        return self

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            with contextlib.suppress(OSError):  # never made, or its keeper took it away
                self._folder.rmdir()

    def exhausted(self) -> bool:
        """Whether the kernel has killed the process for its memory."""
        if self._folder is None:
            return False
        try:
            events = (self._folder / self._events).read_text("ascii").split()
        except OSError:
            return False
        counts = dict(zip(events[::2], events[1::2], strict=False))
        return counts.get("oom_kill", "0") != "0"

    def _enter(self, folder: Path, pid: int, memory_bytes: int) -> None:
        version = "v2" if (folder.parent / "cgroup.controllers").exists() else "v1"
        limit, swap, self._events = _LIMITS[version]
        folder.mkdir()
        (folder / limit).write_text(str(memory_bytes), "ascii")
        with contextlib.suppress(OSError):  # a kernel that does not count swap
            (folder / swap).write_text("0" if version == "v2" else str(memory_bytes), "ascii")
        (folder / "cgroup.procs").write_text(str(pid), "ascii")
        self.name = f"cgroup {version} and rlimits"
