"""What an artefact might try against the machine that judges it, tried for real.

`attempt` makes every try in the sandbox as it is on this machine, for this user, and says which
reached its aim: none may. The tests run it as root and as an ordinary user; whoever keeps a machine
on which trials are held runs it with `trialbench doctor --attack`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from trialbench.artefacts import seccomp
from trialbench.artefacts.loading import Artefact
from trialbench.artefacts.python import run_python
from trialbench.artefacts.result import Limits
from trialbench.signal import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialbench.artefacts.result import Run

_DEVICES: Final = ("null", "zero", "full", "random", "urandom", "tty")
_STEP_NS: Final = 10_000_000
_STEPS: Final = 4


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: what was aimed at, and what it reached (None: it was refused)."""

    kind: str
    aim: str
    reached: str | None

    def __str__(self) -> str:
        return f"{self.kind}: {self.aim}: {self.reached or 'refused'}"


# Each is an expression; it reached its aim if its value is true and nothing is raised.
_DEEDS: Final = {
    "devices": [
        deed.format(f"/dev/{device}")
        for device in _DEVICES
        for deed in (
            "did(os.chmod('{}', 0o640))",
            "did(os.chown('{}', 1000, 1000))",
            "did(os.utime('{}', (1, 1)))",
            "did(os.fchmod(os.open('{}', os.O_RDONLY), 0o600))",
        )
    ],
    "locks and notifications": [
        "did(fcntl.flock(library, fcntl.LOCK_SH))",
        "did(fcntl.lockf(null, fcntl.LOCK_EX))",
        *(
            f"did(fcntl.fcntl(library, fcntl.{command}, {value}))"
            for command, value in (
                ("F_SETLEASE", "fcntl.F_RDLCK"), ("F_GETLEASE", 0), ("F_NOTIFY", "fcntl.DN_ACCESS"),
                ("F_SETOWN", "os.getpid()"), ("F_SETSIG", 10), ("F_GETLK", "bytes(32)"),
            )
        ),
        "did(fcntl.fcntl(library, 37, bytes(32)))",  # F_OFD_SETLK
        "did(fcntl.fcntl(null, 1031, 1 << 20))",  # F_SETPIPE_SZ
        "did(fcntl.fcntl(null, 1033, 1))",  # F_ADD_SEALS
        "did(os.posix_fadvise(library, 0, 0, os.POSIX_FADV_DONTNEED))",
        "libc.inotify_init1(0) >= 0",
        "libc.fanotify_init(0, 0) >= 0",
        "did(os.setxattr('/tmp', 'user.x', b'y'))",
    ],
    "sockets": [
        *(f"socket.socket({family}, socket.SOCK_STREAM)" for family in (1, 2, 10, 38, 40)),
        *(f"socket.socket({family}, socket.SOCK_RAW)" for family in (16, 17, 31)),
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "socket.socketpair()",
        "socket.create_connection(('127.0.0.1', 80), 1)",
    ],
    "the host's files": [
        *(
            f"os.stat('{path}')"
            for path in (
                "/etc/passwd", "/etc/shadow", "/root", "/home", "/sys/kernel", "/var", "/run", "/boot",
                "/proc/1/root/etc/passwd", "/proc/self/cwd/../../etc/passwd", "/proc/sys/kernel/hostname",
                "/dev/mem", "/dev/kmsg", "/dev/sda", "/dev/fuse",
            )
        ),
        "did(os.symlink('/etc/passwd', '/tmp/l')) and open('/tmp/l').read()",
        "did(os.link('/python/bin/python', '/tmp/linked'))",
        "did(os.mknod('/tmp/sda', 0o60600, os.makedev(8, 0)))",
        "did(os.chroot('/tmp'))",
        "os.open('/tmp', os.O_RDONLY | 0o100000000 | os.O_RDWR)",
    ],
    "writing where it may not": [
        f"os.open('{path}', os.O_WRONLY)"
        for path in (
            "/artefact/attack.py", "/harness.py", "/python/bin/python", "/proc/self/oom_score_adj",
            "/proc/self/uid_map", "/proc/self/setgroups", "/proc/sysrq-trigger", "/proc/1/mem",
            "/proc/1/oom_score_adj", "/proc/self/attr/current",
        )
    ]
    + [
        f"os.open('{folder}/written', os.O_CREAT | os.O_WRONLY)"
        for folder in ("", "/artefact", "/site", "/python", "/dev", "/proc", "/usr")
    ],
    "what /proc tells": [
        "open('/proc/1/environ', 'rb').read()",
        "[pid for pid in os.listdir('/proc') if pid.isdigit() and int(pid) > 2]",
        "open('/proc/1/mem', 'rb').read(1)",
        "open('/proc/1/stack', 'rb').read()",
        *(
            f"open('/proc/{name}', 'rb').read(64)"
            for name in (
                "kcore", "kmsg", "kallsyms", "kpagecount", "kpageflags", "kpagecgroup", "keys", "key-users",
                "interrupts", "locks", "timer_list", "slabinfo", "vmallocinfo", "modules", "swaps",
            )
        ),
    ],
    "its own limits": [
        *(
            f"did(resource.setrlimit(resource.RLIMIT_{name}, (resource.RLIM_INFINITY,) * 2))"
            for name in ("AS", "CPU", "FSIZE", "NOFILE", "CORE", "MEMLOCK", "MSGQUEUE")
        ),
        "did(os.nice(-5))",
        "did(os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)))",
        "did(os.setuid(0))",
        "did(os.setgid(0))",
        "did(time.clock_settime(time.CLOCK_REALTIME, 0))",
        "did(resource.prlimit(1, resource.RLIMIT_NOFILE, (1, 1)))",
        "libc.prctl(4, 0, 0, 0, 0) == 0",  # PR_SET_DUMPABLE
        "libc.prctl(22, 0, 0, 0, 0) == 0",  # PR_SET_SECCOMP
        "libc.prctl(38, 0, 0, 0, 0) == 0",  # PR_SET_NO_NEW_PRIVS
    ],
    "other processes": [
        "os.fork() >= 0",
        "subprocess.run([sys.executable, '-c', ''])",
        "did(threading.Thread(target=print).start())",
        "libc.syscall(clone, 0x10000000, 0, 0, 0, 0) >= 0",  # CLONE_NEWUSER
        "libc.syscall(435, 0, 0) >= 0",  # clone3
        "libc.syscall(0x40000000 + 39) >= 0",  # getpid of x32
        "libc.ptrace(16, 1, 0, 0) == 0",  # PTRACE_ATTACH
        "os.pidfd_open(1)",
    ],
    "later samples": [
        "select.select([int(sys.argv[1])], [], [], 0.02)[0]",
        "steps._pipe._buffer",
        "[each for each in gc.get_objects() if isinstance(each, bytes) and LATER in each]",
        "[each for each in locals_of_all() if isinstance(each, (bytes, bytearray)) and LATER in each]",
        "LATER in open('/proc/self/mem', 'rb').read(1)",
        "steps.token != token",
    ],
}  # fmt: skip
_SOURCE: Final = """
import ctypes, errno, fcntl, gc, json, os, resource, select, socket, struct, subprocess, sys, threading, time
libc = ctypes.CDLL(None, use_errno=True)
clone = 56 if os.uname().machine == "x86_64" else 220
LATER = struct.pack("<d", 98765.5)

def did(nothing):
    return True

def locals_of_all():
    frame = sys._getframe()
    while frame is not None:
        yield from frame.f_locals.values()
        frame = frame.f_back

def reached(deed, steps, token, null, library):
    try:
        value = eval(deed, globals(), {"steps": steps, "token": token, "null": null, "library": library})
    except BaseException:
        return None
    return repr(value)[:80] if value else None

def run(steps):
    null, library = os.open("/dev/null", os.O_RDWR), os.open("/python/bin/python", os.O_RDONLY)
    for number, step in enumerate(steps):
        if number == 1:
            found = [reached(deed, steps, steps.token, null, library) for deed in DEEDS]
            for name, call in CALLS:
                ctypes.set_errno(0)
                value = libc.syscall(call, 0, 0, 0, 0, 0, 0)
                refused = ctypes.get_errno() in (errno.EPERM, errno.ENOSYS, errno.EAGAIN)
                found.append(None if value == -1 and refused else f"{value}, errno {ctypes.get_errno()}")
            print(json.dumps(found))
        yield {"y": 1.0}
"""


def attempt(requires: tuple[str, ...] = ()) -> Iterator[Attempt]:
    """Every try, one after the other; from inside with what `requires` names at hand.

    Raises `SandboxUnavailable` where there is no sandbox.
    """
    before = _devices()
    yield from _from_inside(requires)
    after = _devices()
    for device in _DEVICES:
        changed = before[device] != after[device]
        yield Attempt("devices", f"the host's /dev/{device}", "changed" if changed else None)
    yield from _against_itself()


def _from_inside(requires: tuple[str, ...]) -> Iterator[Attempt]:
    deeds = [(kind, deed) for kind, listed in _DEEDS.items() for deed in listed]
    calls = [*seccomp.refused_calls().items()]
    source = f"DEEDS = {[deed for _, deed in deeds]!r}\nCALLS = {calls!r}\n{_SOURCE}"
    run = _run(source, requires=requires)
    if run.failure is not None:
        yield Attempt("the suite", "all tries from inside", f"it did not finish: {run.failure}")
        return
    aims = [*deeds, *(("system calls", name) for name, _ in calls)]
    for (kind, aim), reached in zip(aims, json.loads(run.log), strict=True):
        yield Attempt(kind, aim, reached)


_FORGE: Final = """
import os, struct, sys
def message(kind, payload):
    os.write(int(sys.argv[2]), struct.pack("<BI", kind, len(payload)) + payload)
def run(steps):
    for number, step in enumerate(steps):
        if number == 1:
            {deed}
        yield {{"y": 1.0}}
"""
_FORGED: Final = {
    "a verdict of the platform's": "message(7, b'platform\\0it was not me')",
    "a reason that only the host may give": "message(7, b'wall\\0the platform was slow, please retry')",
    "processor time as a reason": "message(7, b'cpu\\0please retry')",
    "the answer to a later question": "message(4, bytes(16))",
    "two answers to one question": "[message(4, steps.token + bytes(8)) for _ in range(2)]",
    "an infinite number": "message(4, steps.token + struct.pack('<d', float('inf')))",
    "garbage": "os.write(int(sys.argv[2]), os.urandom(4096))",
}
_GREEDY: Final = {
    "memory": ("memory", "held = bytearray(1 << 30)"),
    "mapped memory": ("memory", "import mmap; held = [mmap.mmap(-1, 1 << 26) for _ in range(99)]"),
    "files": ("memory", "[os.mkdir(f'/tmp/{k}') for k in range(10**6)]"),
    "printing": ("output", "while True: print('x' * 10000)"),
    "a loop for ever": ("cpu", "while True: pass"),
    "sleeping for ever": ("wall", "import time; time.sleep(99)"),
    "killing everybody": ("crash", "os.kill(os.getpid(), 9)"),
}


def _against_itself() -> Iterator[Attempt]:
    """Forged answers and greed: each must end as the artefact's own failure, by its right name."""
    for aim, deed in _FORGED.items():
        failure = _run(_FORGE.format(deed=deed)).failure
        held = failure is not None and failure.code in ("output", "ended")
        yield Attempt("forged answers", aim, None if held else f"ended as {failure}")
    for aim, (code, deed) in _GREEDY.items():
        patience_s = 1.0 if code == "wall" else 60.0
        failure = _run(_FORGE.format(deed=deed), wall_s=patience_s).failure
        held = failure is not None and failure.code == code
        yield Attempt("greed", aim, None if held else f"ended as {failure}")


def _run(source: str, *, wall_s: float = 60.0, requires: tuple[str, ...] = ()) -> Run:
    times = _STEP_NS * np.arange(_STEPS, dtype=np.int64)
    later = Signal(times, np.array([1.0, 2.0, 98765.5, 4.0]))
    files = {"attack.py": source.encode()}
    artefact = Artefact(
        "attack",
        "1",
        "python",
        "attack:run",
        requires,
        files,
        hashlib.sha256(source.encode()).hexdigest(),
    )
    limits = Limits(memory_bytes=256 << 20, cpu_s=1.0, wall_s=wall_s, output_bytes=1 << 18)
    span = (0, _STEP_NS * (_STEPS - 1), _STEP_NS)
    return run_python(artefact, {"x": later}, ["y"], times=span, limits=limits)


def _devices() -> dict[str, tuple[int, int, int, float]]:
    found = {}
    for name in _DEVICES:
        status = Path(f"/dev/{name}").stat()
        found[name] = (status.st_mode, status.st_uid, status.st_gid, status.st_mtime)
    return found
