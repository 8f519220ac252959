"""What cannot be reached from inside: each try is really made, and must be refused."""

import json
import os
import platform
import sys
from pathlib import Path
from textwrap import indent

import pytest

from tests.data import DATA
from tests.trialbench.artefacts.bench import sandboxed, try_out
from trialbench.artefacts import seccomp

pytestmark = sandboxed


def found(code: str, **limits: float) -> object:
    """What `code`, run inside, leaves in `result`; the artefact itself must go through."""
    source = (
        "import ctypes, glob, json, os, sys\n"
        "def look():\n    result = None\n" + indent(code.strip(), "    ") + "\n    return result\n"
        "def run(steps):\n    print(json.dumps(look()))\n"
        "    for step in steps: yield {'y': 1.0}\n"
    )
    run = try_out(source, **limits)
    assert run.failure is None, run
    return json.loads(run.log)


REFUSED = """
def refusal(deed):
    try:
        return repr(deed())
    except OSError as error:
        return error.strerror
"""


def test_only_what_was_chosen_is_to_be_seen() -> None:
    tops = found("result = sorted(os.listdir('/'))")
    assert isinstance(tops, list)
    expected = {
        "artefact",
        "dev",
        "harness.py",
        "lib",
        "lib64",
        "proc",
        "python",
        "site",
        "tmp",
        "usr",
    }
    assert set(tops) <= expected
    assert found("result = sorted(os.listdir('/site'))") == ["numpy", "numpy.libs"]
    assert found("result = os.listdir('/proc/sys') + os.listdir('/tmp')") == []
    assert found("result = glob.glob('/python/lib*/python3*/*-packages/*')") == []


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "/etc/hostname",
        "/root",
        "/home",
        "/proc/kcore",
        "/proc/sys/kernel/core_pattern",
        "/sys",
        "/var/run",
        sys.prefix,
        sys.base_prefix,
        str(Path(__file__).resolve()),
        str(Path.home()),
        str(DATA),
        "/proc/1/root/etc/passwd",
        "/proc/self/cwd/../../etc/passwd",
    ],
)
def test_the_hosts_files_are_not_there(path: str) -> None:
    if path == "/usr" or Path(path) == Path("/"):
        pytest.skip("this interpreter lies in the system's own folder")
    content = found(f"result = os.path.exists({path!r}) and repr(os.stat({path!r}))")
    assert content is False


def test_the_hosts_environment_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_HOST", "told nobody")
    look = """
result = {}
for path in glob.glob('/proc/[0-9]*/environ') + glob.glob('/proc/[0-9]*/cmdline'):
    with open(path, 'rb') as file:
        result[path] = file.read().decode()
"""
    told = found(look)
    assert isinstance(told, dict)
    assert sorted(told) == sorted(
        f"/proc/{n}/{what}" for n in (1, 2) for what in ("environ", "cmdline")
    )
    assert "told nobody" not in str(told)
    assert told["/proc/1/environ"] == ""
    assert str(Path(__file__).parents[3]) not in str(told)


def test_no_other_process_is_to_be_seen() -> None:
    pids = found("result = sorted(int(n) for n in os.listdir('/proc') if n.isdigit())")
    assert pids == [1, 2]
    assert os.getpid() not in (1, 2)


def test_nothing_but_its_own_tmp_can_be_written() -> None:
    tries = """
result = []
for folder, folders, files in os.walk('/'):
    if folder.startswith(('/tmp', '/proc/')): folders.clear(); continue
    try:
        with open(folder + '/written', 'w') as file: file.write('x')
        result.append(folder)
    except OSError: pass
for path in ('/artefact/detector.py', '/harness.py', '/python/bin/python', '/proc/self/oom_score_adj',
             '/proc/sysrq-trigger', '/proc/mtrr', '/proc/1/oom_score_adj'):
    try:
        os.close(os.open(path, os.O_WRONLY))
        result.append(path)
    except OSError: pass
with open('/tmp/allowed', 'w') as file: file.write('x')
"""
    assert found(tries) == []


def test_links_and_devices_do_not_lead_out() -> None:
    tries = (
        REFUSED
        + """
os.symlink('/proc/1/root/etc/passwd', '/tmp/link')
result = [
    refusal(lambda: open('/tmp/link')),
    refusal(lambda: os.mknod('/tmp/sda', 0o60600, os.makedev(8, 0))),
    refusal(lambda: os.chroot('/tmp')),
    refusal(lambda: os.chown('/tmp', 0, 0)),
]
"""
    )
    not_there, *refused = found(tries)  # type: ignore[misc]
    assert not_there == "No such file or directory"
    assert set(refused) <= {"Operation not permitted", "Function not implemented"}


@pytest.mark.parametrize(
    "deed",
    [
        "socket.socket()",
        "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_UNIX)",
        "socket.socketpair()",
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
        "socket.socket(40, socket.SOCK_STREAM)",
        "socket.create_connection(('127.0.0.1', 80))",
        "socket.socket(fileno=1).connect('/tmp/x')",
    ],
)
def test_no_socket_of_any_family_is_opened(deed: str) -> None:
    code = REFUSED + f"import socket\nresult = refusal(lambda: {deed})"
    assert found(code) in ("Operation not permitted", "Function not implemented")


CALLS = {
    "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "pidfd_open": 434,
    "pidfd_getfd": 438, "kcmp": 312, "mount": 165, "umount2": 166, "pivot_root": 155,
    "open_tree": 428, "fsopen": 430, "mount_setattr": 442, "unshare": 272, "setns": 308,
    "add_key": 248, "request_key": 249, "keyctl": 250, "bpf": 321, "perf_event_open": 298,
    "userfaultfd": 323, "io_uring_setup": 425, "kexec_load": 246, "init_module": 175,
    "memfd_create": 319, "shmget": 29, "msgget": 68, "mq_open": 240, "vmsplice": 278,
    "personality": 135, "seccomp": 317, "setuid": 105, "reboot": 169, "syslog": 103,
    "flock": 73, "chmod": 90, "fchmod": 91, "fchmodat": 268, "fchmodat2": 452, "chown": 92, "fchown": 93,
    "lchown": 94, "fchownat": 260, "utime": 132, "utimes": 235, "futimesat": 261, "utimensat": 280,
    "setxattr": 188, "removexattr": 197, "mincore": 27, "fadvise64": 221,
}  # fmt: skip


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers are those of x86-64")
def test_the_kernels_dangerous_calls_are_refused() -> None:
    tries = f"""
call = ctypes.CDLL(None, use_errno=True).syscall
result = {{}}
for name, number in {CALLS}.items():
    ctypes.set_errno(0)
    result[name] = (call(number, 0, 0, 0, 0, 0, 0), ctypes.get_errno())
"""
    assert found(tries) == {name: [-1, 1] for name in CALLS}


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers are those of x86-64")
def test_new_processes_and_namespaces_are_refused_whichever_way_they_are_asked_for() -> None:
    clone, clone3, x32_getpid, newer = 56, 435, 0x40000000 + 39, 9999
    tries = f"""
call = ctypes.CDLL(None, use_errno=True).syscall
result = []
for number, flags in (({clone}, 0x10000000), ({clone}, 17), ({clone3}, 0), ({x32_getpid}, 0), ({newer}, 0)):
    ctypes.set_errno(0)
    result.append((call(number, flags, 0, 0, 0, 0), ctypes.get_errno()))
"""
    assert found(tries) == [[-1, 11], [-1, 11], [-1, 38], [-1, 38], [-1, 38]]


@pytest.mark.parametrize("device", ["null", "zero", "full", "random", "urandom", "tty"])
def test_the_hosts_devices_keep_their_modes_owners_and_times(device: str) -> None:
    before = Path(f"/dev/{device}").stat()
    tries = (
        REFUSED
        + f"""
path = '/dev/{device}'
result = [
    refusal(lambda: os.chmod(path, 0o640)),
    refusal(lambda: os.chown(path, 1000, 1000)),
    refusal(lambda: os.utime(path, (1, 1))),
    refusal(lambda: os.fchmod(os.open(path, os.O_RDONLY), 0o640)),
    os.access(path, os.W_OK) and os.stat(path).st_uid == os.getuid(),
]
"""
    )
    *refused, own = found(tries)  # type: ignore[misc]
    assert set(refused) <= {"Operation not permitted", "No such device or address"}
    assert own is False
    after = Path(f"/dev/{device}").stat()
    assert (after.st_mode, after.st_uid, after.st_mtime) == (
        before.st_mode,
        before.st_uid,
        before.st_mtime,
    )


def test_no_file_that_two_sandboxes_see_can_be_locked_leased_or_watched() -> None:
    tries = (
        REFUSED
        + """
import fcntl
fd = os.open('/dev/null', os.O_RDWR)
library = os.open('/python/bin/python', os.O_RDONLY)
deeds = [lambda: fcntl.flock(fd, fcntl.LOCK_EX), lambda: fcntl.lockf(fd, fcntl.LOCK_EX)]
for command in ('F_SETLK', 'F_GETLK', 'F_SETLEASE', 'F_GETLEASE', 'F_NOTIFY', 'F_SETOWN', 'F_SETSIG',
                'F_OFD_SETLK', 'F_SETPIPE_SZ', 'F_ADD_SEALS'):
    number = getattr(fcntl, command, None)
    if number is not None:
        deeds.append(lambda number=number: fcntl.fcntl(library, number, 0))
result = [refusal(deed) for deed in deeds] + [fcntl.fcntl(fd, fcntl.F_GETFL) & 3]
os.dup(fd)
"""
    )
    *refused, flags = found(tries)  # type: ignore[misc]
    assert len(refused) >= 8
    assert set(refused) == {"Operation not permitted"}
    assert flags == os.O_RDWR


def test_the_kernels_pages_and_tables_are_hidden() -> None:
    look = """
result = {}
for name in ('kpagecount', 'kpageflags', 'kcore', 'kallsyms', 'interrupts', 'locks', 'timer_list'):
    if os.path.exists('/proc/' + name):
        try:
            with open('/proc/' + name, 'rb') as file: result[name] = len(file.read(64))
        except OSError as error:
            result[name] = 0
"""
    assert set(found(look).values()) <= {0}  # type: ignore[attr-defined]


def test_terminal_injection_and_undumping_are_refused() -> None:
    tries = (
        REFUSED
        + """
import fcntl, termios
c = ctypes.CDLL(None)
result = [refusal(lambda: fcntl.ioctl(1, termios.TIOCSTI, b'x')), c.prctl(1, 0), c.prctl(22, 0)]
"""
    )
    assert found(tries) == ["Operation not permitted", -1, -1]


def test_limits_once_set_stay() -> None:
    tries = """
import resource
result = []
for name in ('AS', 'CPU', 'FSIZE', 'NOFILE', 'CORE'):
    limit = getattr(resource, 'RLIMIT_' + name)
    try:
        resource.setrlimit(limit, (resource.RLIM_INFINITY,) * 2)
        result.append(name)
    except (OSError, ValueError): pass
"""
    assert found(tries) == []


def test_it_is_nobody_there_with_no_power() -> None:
    look = """
with open('/proc/self/status') as file:
    status = dict(line.split(':\\t', 1) for line in file.read().splitlines() if ':\\t' in line)
result = [os.getuid(), os.getgid(), os.uname().nodename, os.environ['PYTHONHASHSEED']]
result += [status[name] for name in ('CapBnd', 'CapEff', 'NoNewPrivs', 'Seccomp')]
"""
    nothing = "0" * 16
    assert found(look) == [1000, 1000, "trialbench", "0", nothing, nothing, "1", "2"]


def test_what_is_required_and_only_that_is_there() -> None:
    source = """
        import scipy.signal, threading
        def run(steps):
            for step in steps:
                b, a = scipy.signal.butter(2, 0.5)
                yield {"y": float(b[0])}
    """
    run = try_out(source, requires=("scipy",), memory_bytes=1 << 30)
    assert run.failure is None
    assert run.outputs["y"].values[0] == pytest.approx(0.29289321)


def test_the_filter_is_for_this_machine() -> None:
    assert seccomp.program() == seccomp.program(platform.machine())
