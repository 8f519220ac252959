"""The sandbox: bubblewrap around one Python process, and what the host holds of it.

Inside there are: the interpreter with its standard library, the system's C libraries, NumPy (and
what else the artefact requires), the harness and the artefact's files, all read-only; a /tmp of
bounded size; a /proc of its own; the plain devices. No network, no user, no other process.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from trialbench.artefacts import harness, seccomp, stepdown
from trialbench.errors import PlatformError, SandboxUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOME: Final = "/python"
_SITE: Final = "/site"
_OWN: Final = f"{_SITE}/{__package__.replace('.', '/')}"
_INSTALL: Final = "install it (Debian: apt-get install bubblewrap)"
_ENVIRONMENT: Final = {
    "HOME": "/tmp",  # noqa: S108 - the sandbox's own
    "LANG": "C.UTF-8",
    "PATH": f"{_HOME}/bin",
    "PYTHONHASHSEED": "0",
    "PYTHONHOME": _HOME,
    "PYTHONPATH": _SITE,
    "PYTHONUNBUFFERED": "1",
    "TZ": "UTC",
    "MALLOC_ARENA_MAX": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "ORT_DISABLE_TELEMETRY": "1",
}
# For each name that may be offered inside: what is bound, and what is imported before the artefact's clock starts.
_PACKAGES: Final = {
    "numpy": ("numpy",),
    "scipy": ("scipy",),
    "onnx": (
        "onnxruntime", "onnx", "ml_dtypes", "google.protobuf", "google._upb._message", "typing_extensions",
    ),
}  # fmt: skip
_WARM: Final = {"numpy": ("numpy",), "scipy": ("scipy.signal",), "onnx": ("onnxruntime", "onnx")}
_KERNELS: Final = tuple(
    f"/proc/{name}"
    for name in (
        "buddyinfo", "consoles", "diskstats", "interrupts", "iomem", "ioports", "kallsyms", "kcore", "key-users",
        "keys", "kmsg", "kpagecgroup", "kpagecount", "kpageflags", "latency_stats", "locks", "mdstat", "modules",
        "pagetypeinfo", "sched_debug", "schedstat", "slabinfo", "softirqs", "swaps", "timer_list", "vmallocinfo",
        "vmstat", "zoneinfo",
    )
)  # fmt: skip
"""What /proc tells of the host's kernel, its pages, locks and devices."""
_PATIENCE_S: Final = 60.0  # for the platform's own steps: starting, dying
_CONFINED: Final = (
    "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session",
    "--cap-drop", "ALL", "--clearenv", "--uid", "1000", "--gid", "1000", "--hostname", "trialbench",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Inside:
    """What runs inside: a `script` of ours, with what `offers` names.

    `modules` are those of this package that the script imports.
    """

    script: Path = Path(harness.__file__)
    offers: tuple[str, ...] = ("numpy",)
    modules: tuple[Path, ...] = ()


class Sandbox:
    """A started sandbox whose harness is warm and waits for its configuration.

    `questions`, `answers`, `log` are the host's ends of the pipes, which do not block. A context
    manager: nothing of it is alive after it.

    Raises `SandboxUnavailable` where this machine cannot start one.
    """

    def __init__(self, folder: Path, inside: Inside, disk_bytes: int) -> None:
        self._stack = contextlib.ExitStack()
        self._open: set[int] = set()
        self._stack.callback(lambda: self._close(*self._open))
        try:
            self._start(folder, inside, disk_bytes)
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def cpu_s(self) -> float:
        """Processor time of the process inside, in seconds; NaN once it is gone."""
        # clock_getcpuclockid(3): the complement of the process id above CPUCLOCK_SCHED.
        try:
            return time.clock_gettime((~self.pid << 3) | 2)
        except OSError:
            return float("nan")

    def starved_s(self) -> float:
        """Seconds that it stood ready to run without a processor; 0 where the kernel does not count.

        The second field of `/proc/PID/schedstat` (Documentation/scheduler/sched-stats), of its one thread.
        """
        with contextlib.suppress(OSError, IndexError):  # it is gone: what it was stays
            waited = Path(f"/proc/{self.pid}/schedstat").read_text("ascii").split()[1]
            self._starved_ns = int(waited)
        return self._starved_ns / 1e9

    def files(self) -> int:
        """How many files and folders there are in its /tmp: tmpfs bounds their bytes alone."""
        try:
            tmp = os.statvfs(f"/proc/{self.pid}/root/tmp")
        except OSError:  # it is gone
            return 0
        return tmp.f_files - tmp.f_ffree

    def exit_status(self) -> int:
        """How the process inside ended, as a shell tells it: 128 + n for signal n. Waits for it.

        Raises `PlatformError` where bubblewrap itself was killed, which nobody inside can do.
        """
        try:
            status = self._bwrap.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            raise PlatformError("the sandbox does not end") from None
        if status < 0:
            raise PlatformError(f"the sandbox was killed from outside (signal {-status})")
        return status

    def ended(self, within_s: float) -> bool:
        """Whether the sandbox is empty, waiting for it for a while."""
        poll = select.poll()
        poll.register(self._init, select.POLLIN)
        return bool(poll.poll(within_s * 1000))

    def kill(self) -> None:
        """End everything inside, and wait until nothing is left."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._init, signal.SIGKILL)
        self.ended(_PATIENCE_S)

    def _start(self, folder: Path, inside: Inside, disk_bytes: int) -> None:
        bwrap = shutil.which("bwrap")
        if bwrap is None:
            raise SandboxUnavailable(f"no artefact is run, as bubblewrap is missing: {_INSTALL}")
        inside_questions, self.questions = self._pipe()
        self.answers, inside_answers = self._pipe()
        self.log, inside_log = self._pipe()
        info, inside_info = self._pipe()
        options = [*_CONFINED, *_binds(folder, inside, disk_bytes), *_environment()]
        start = [bwrap]
        if os.geteuid() == 0:
            start, options = _as_nobody(bwrap, options)
        warm = [module for name in inside.offers for module in _WARM[name]]
        given = {
            "--args": self._file("\0".join(options).encode()),
            "--seccomp": self._file(seccomp.program()),
            "--info-fd": inside_info,
        }
        self._bwrap = subprocess.Popen(
            [
                *start, *(word for name, fd in given.items() for word in (name, str(fd))), "--",
                f"{_HOME}/bin/python", "-B", "-s", "-S", "-P", f"/{inside.script.name}",
                str(inside_questions), str(inside_answers), *dict.fromkeys(warm),
            ],
            # Its first process shows its environment and arguments in /proc/1 to everybody inside.
            env={},
            stdin=subprocess.DEVNULL, stdout=inside_log, stderr=inside_log,
            pass_fds=(*given.values(), inside_questions, inside_answers),
        )  # fmt: skip
        self._stack.callback(self._reap)
        self._close(inside_questions, inside_answers, inside_log, *given.values())
        self._meet(info)

    def _meet(self, info: int) -> None:
        """Wait for the harness, and find its process."""
        told = self._read(info, until=b"}")
        try:
            init = int(json.loads(told)["child-pid"])
            self._init = os.pidfd_open(init)
        except (ValueError, KeyError, ProcessLookupError):
            raise self._unavailable() from None
        self._stack.callback(os.close, self._init)
        self._stack.callback(self.kill)
        hello = harness.HEAD.pack(harness.READY, 0)
        if self._read(self.answers, until=hello) != hello:
            raise self._unavailable()
        self.pid = _only_child(init)
        self._starved_ns = 0
        for fd in (self.questions, self.answers, self.log):
            os.set_blocking(fd, False)

    def _read(self, fd: int, until: bytes) -> bytes:
        """What comes from `fd` up to `until`, or to its end."""
        poll = select.poll()
        poll.register(fd, select.POLLIN)
        data, deadline = b"", time.monotonic() + _PATIENCE_S
        while until not in data:
            if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
                raise SandboxUnavailable(f"the sandbox did not start within {_PATIENCE_S:.0f} s")
            chunk = os.read(fd, 4096)
            if not chunk:
                break
            data += chunk
        return data

    def _unavailable(self) -> SandboxUnavailable:
        self._bwrap.kill()
        said = self._read(self.log, until=b"\0").decode(errors="replace").strip().splitlines()
        why = said[-1] if said else "it says nothing"
        hint = f"bubblewrap 0.8: {_INSTALL}, and user namespaces that this user may make"
        return SandboxUnavailable(f"the sandbox does not start: {why}; it needs {hint}")

    def _reap(self) -> None:
        """Bubblewrap ends with its child; where it does not, it is ended."""
        try:
            self._bwrap.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._bwrap.kill()
            self._bwrap.wait()

    def _pipe(self) -> tuple[int, int]:
        ends = os.pipe()
        self._open.update(ends)
        return ends

    def _file(self, content: bytes) -> int:
        """A file without a name, to be read from its beginning."""
        fd = os.memfd_create("trialbench")
        self._open.add(fd)
        os.write(fd, content)
        os.lseek(fd, 0, os.SEEK_SET)
        return fd

    def _close(self, *fds: int) -> None:
        for fd in fds:
            self._open.remove(fd)
            os.close(fd)


def _only_child(pid: int) -> int:
    """The one child of the sandbox's first process: the harness."""
    try:
        (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except (OSError, ValueError) as error:
        raise PlatformError(f"the sandbox's process is not to be found: {error}") from None
    return int(child)


def _as_nobody(bwrap: str, options: list[str]) -> tuple[list[str], list[str]]:
    """How root starts bubblewrap as a user that owns nothing, and the options for what is bound then."""
    places, moved = {bwrap: stepdown.place(0)}, list(options)
    for at, word in enumerate(options):
        if word == "--ro-bind":
            source = options[at + 1]
            moved[at + 1] = places.setdefault(source, stepdown.place(len(places)))
    return [sys.executable, "-I", "-S", stepdown.__file__, *places, "--", stepdown.place(0)], moved


def _environment() -> Iterator[str]:
    libraries = ":".join((f"{_HOME}/lib", *map(str, _libraries())))
    for name, value in {**_ENVIRONMENT, "LD_LIBRARY_PATH": libraries}.items():
        yield from ("--setenv", name, value)


def _binds(folder: Path, inside: Inside, disk_bytes: int) -> list[str]:
    """What is to be seen inside, in the order of mounting."""
    binds = [*_interpreter()]
    for name in dict.fromkeys(inside.offers):
        for package in _PACKAGES[name]:
            binds += _package(package)
    binds += ["--ro-bind", str(inside.script), f"/{inside.script.name}"]
    for module in inside.modules:
        binds += ["--ro-bind", str(module), f"{_OWN}/{module.name}"]
    binds += ["--ro-bind", str(folder), harness.FOLDER]
    # /proc is read-only, its settings and what tells of the host's kernel hidden; bubblewrap's /dev is
    # a tmpfs without a bound.
    binds += ["--proc", "/proc", "--tmpfs", "/proc/sys", "--dev", "/dev"]
    for name in filter(os.path.exists, _KERNELS):
        binds += ["--ro-bind", os.devnull, name]
    binds += ["--size", str(disk_bytes), "--tmpfs", "/tmp", "--chdir", "/tmp"]  # noqa: S108
    for mount in ("/proc/sys", "/proc", "/dev", "/"):
        binds += ["--remount-ro", mount]
    return binds


@cache
def _interpreter() -> tuple[str, ...]:
    """This Python's base interpreter, without its site-packages, and the C libraries it needs."""
    base = Path(sys._base_executable).resolve()  # type: ignore[attr-defined]
    library = Path(sysconfig.get_path("stdlib")).resolve()
    inside = f"{_HOME}/{sys.platlibdir}/{library.name}"
    binds = ["--ro-bind", str(base), f"{_HOME}/bin/python", "--ro-bind", str(library), inside]
    for name in ("site-packages", "dist-packages"):
        if (library / name).is_dir():
            binds += ["--tmpfs", f"{inside}/{name}", "--remount-ro", f"{inside}/{name}"]
    for own in _mapped("libpython"):
        binds += ["--ro-bind", str(own), f"{_HOME}/lib/{own.name}"]
    for libraries in _libraries():
        binds += ["--ro-bind", str(libraries), str(libraries)]
    for folder in (Path("/lib64"), Path("/lib")):
        for loader in (*folder.glob("ld-linux-*.so.*"), *folder.glob("ld-musl-*.so.*")):
            binds += ["--ro-bind", str(loader.resolve()), str(loader)]
    return tuple(binds)


def _libraries() -> list[Path]:
    """The folders of the system's C libraries, as this process has them."""
    return sorted(
        {file.parent for name in ("libc.so", "libc-", "libm.so", "ld-") for file in _mapped(name)}
    )


@cache
def _mapped(prefix: str) -> tuple[Path, ...]:
    """The shared libraries of that name which this process has mapped."""
    lines = Path("/proc/self/maps").read_text("utf-8").splitlines()
    paths = {Path(line.split(maxsplit=5)[5]) for line in lines if ".so" in line}
    return tuple(sorted(path for path in paths if path.name.startswith(prefix)))


@cache
def _package(name: str) -> tuple[str, ...]:
    """An installed package, or module, and the libraries that its wheel brought along."""
    try:
        found = importlib.util.find_spec(name)
    except ModuleNotFoundError:  # what it lies in is not there
        found = None
    if found is None or found.origin is None:
        raise SandboxUnavailable(f"the sandbox's environment lacks {name}: install it")
    origin, *above = Path(found.origin), *name.split(".")[:-1]
    package = origin.parent if origin.name == "__init__.py" else origin
    sources = (package, package.with_name(f"{name}.libs"))
    return tuple(
        word
        for source in sources
        if source.exists()
        for word in ("--ro-bind", str(source), "/".join((_SITE, *above, source.name)))
    )
