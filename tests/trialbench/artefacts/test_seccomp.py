"""The filter, run by an interpreter of classic BPF: what it says to each call on each machine."""

import errno
import struct

import pytest

from trialbench.artefacts import seccomp
from trialbench.errors import SandboxUnavailable

X86, ARM = 0xC000003E, 0xC00000B7
I386 = 0x40000003


def verdict(program: bytes, audit: int, number: int, *arguments: int) -> int:
    """What the kernel would answer: the interpreter of seccomp(2), for the instructions in use."""
    data = struct.pack("<IIQ6Q", number, audit, 0, *(*arguments, 0, 0, 0, 0, 0, 0)[:6])
    lines = [struct.unpack_from("<HBBI", program, at) for at in range(0, len(program), 8)]
    at = accumulator = 0
    while True:
        code, yes, no, k = lines[at]
        at += 1
        if code == 0x06:
            return int(k)
        if code == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, k)
        else:
            holds = {0x15: accumulator == k, 0x35: accumulator >= k, 0x25: accumulator > k}[code]
            at += yes if holds else no


@pytest.mark.parametrize(
    ("machine", "audit", "calls"),
    [
        ("x86_64", X86, {"read": 0, "mmap": 9, "futex": 202, "getrandom": 318, "faccessat2": 439}),
        (
            "aarch64",
            ARM,
            {"read": 63, "mmap": 222, "futex": 98, "getrandom": 278, "faccessat2": 439},
        ),
    ],
)
def test_what_a_process_needs_is_allowed(machine: str, audit: int, calls: dict[str, int]) -> None:
    program = seccomp.program(machine)
    assert {verdict(program, audit, number) for number in calls.values()} == {seccomp.ALLOW}


@pytest.mark.parametrize(
    ("machine", "audit", "call", "code"),
    [
        ("x86_64", X86, 41, errno.EPERM),  # socket
        ("x86_64", X86, 101, errno.EPERM),  # ptrace
        ("x86_64", X86, 272, errno.EPERM),  # unshare
        ("x86_64", X86, 425, errno.EPERM),  # io_uring_setup
        ("x86_64", X86, 57, errno.EAGAIN),  # fork
        ("x86_64", X86, 58, errno.EAGAIN),  # vfork
        ("x86_64", X86, 56, errno.EAGAIN),  # clone
        ("x86_64", X86, 435, errno.ENOSYS),  # clone3
        ("x86_64", X86, 0x40000000, errno.ENOSYS),  # x32's read
        ("x86_64", X86, 0xFFFFFFFF, errno.ENOSYS),
        ("aarch64", ARM, 198, errno.EPERM),  # socket
        ("aarch64", ARM, 117, errno.EPERM),  # ptrace
        ("aarch64", ARM, 97, errno.EPERM),  # unshare
        ("aarch64", ARM, 220, errno.EAGAIN),  # clone
        ("aarch64", ARM, 435, errno.ENOSYS),  # clone3
    ],
)
def test_what_it_must_not_do_is_refused(machine: str, audit: int, call: int, code: int) -> None:
    assert verdict(seccomp.program(machine), audit, call) == seccomp.refusal(code)


@pytest.mark.parametrize(
    ("machine", "other"), [("x86_64", I386), ("x86_64", ARM), ("aarch64", X86)]
)
def test_another_architectures_calls_end_the_process(machine: str, other: int) -> None:
    program = seccomp.program(machine)
    assert {verdict(program, other, number) for number in range(500)} == {seccomp.KILL}


def test_calls_that_are_many_in_one_are_judged_by_what_they_ask() -> None:
    program, ioctl, prctl = seccomp.program("x86_64"), 16, 157
    assert verdict(program, X86, ioctl, 1, 0x5401) == seccomp.ALLOW  # TCGETS
    assert verdict(program, X86, ioctl, 1, 0x5412) == seccomp.refusal(errno.EPERM)  # TIOCSTI
    # The kernel looks at the lower half alone, and so does the filter.
    assert verdict(program, X86, ioctl, 1, 0x1_0000_5412) == seccomp.refusal(errno.EPERM)
    assert verdict(program, X86, prctl, 15) == seccomp.ALLOW  # PR_SET_NAME
    assert verdict(program, X86, prctl, 1) == seccomp.refusal(errno.EPERM)  # PR_SET_PDEATHSIG


def test_a_machine_whose_calls_are_not_known_has_no_sandbox() -> None:
    with pytest.raises(SandboxUnavailable, match="x86_64 and aarch64, not of riscv64"):
        seccomp.program("riscv64")
