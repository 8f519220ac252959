"""The system-call filter of the sandbox: what is allowed, assembled here into classic BPF.

Everything that is not named gives ENOSYS, so that a C library falls back from a call that is
newer than this list. Numbers are those of Linux' `asm/unistd_64.h` (x86-64) and
`asm-generic/unistd.h` (aarch64); the program's form is `struct sock_filter` of seccomp(2).
"""

from __future__ import annotations

import errno
import platform
import struct
from dataclasses import dataclass
from typing import Final

from trialbench.errors import SandboxUnavailable

# name:x86-64:aarch64. Files, memory, time, waiting, and what the C library asks of its own process.
_ALLOWED: Final = """
    read:0:63 write:1:64 readv:19:65 writev:20:66 pread64:17:67 pwrite64:18:68 preadv:295:69
    pwritev:296:70 preadv2:327:286 pwritev2:328:287 open:2: openat:257:56 openat2:437:437
    creat:85: close:3:57 close_range:436:436 lseek:8:62 stat:4: fstat:5:80 lstat:6:
    newfstatat:262:79 statx:332:291 access:21: faccessat:269:48 faccessat2:439:439 readlink:89:
    readlinkat:267:78 getdents:78: getdents64:217:61 dup:32:23 dup2:33: dup3:292:24
     fsync:74:82 fdatasync:75:83 ftruncate:77:46 truncate:76:45 fallocate:285:47
    rename:82: renameat:264:38 renameat2:316:276 mkdir:83: mkdirat:258:34 rmdir:84: unlink:87:
    unlinkat:263:35 symlink:88: symlinkat:266:36 link:86: linkat:265:37
      umask:95:166 getcwd:79:17 chdir:80:49 fchdir:81:50
    statfs:137:43 fstatfs:138:44 sendfile:40:71 copy_file_range:326:285  pipe:22:
    pipe2:293:59 poll:7: ppoll:271:73 select:23: pselect6:270:72 epoll_create:213:
    epoll_create1:291:20 epoll_ctl:233:21 epoll_wait:232: epoll_pwait:281:22 eventfd:284:
    eventfd2:290:19 mmap:9:222 munmap:11:215 mprotect:10:226 mremap:25:216 brk:12:214
    madvise:28:233 msync:26:227  membarrier:324:283 clock_gettime:228:113
    clock_getres:229:114 clock_nanosleep:230:115 nanosleep:35:101 gettimeofday:96:169 time:201:
    times:100:153 getitimer:36:102 setitimer:38:103 alarm:37: exit:60:93 exit_group:231:94
    execve:59:221 wait4:61:260 waitid:247:95 getpid:39:172 gettid:186:178 getppid:110:173
    getuid:102:174 geteuid:107:175 getgid:104:176 getegid:108:177 getresuid:118:148
    getresgid:120:150 getgroups:115:158 getpgrp:111: getpgid:121:155 getsid:124:156 uname:63:160
    sysinfo:99:179 getrusage:98:165 getrlimit:97:163 setrlimit:160:164
    sched_yield:24:124 sched_getaffinity:204:123 sched_getparam:143:121 sched_getscheduler:145:120
    sched_get_priority_max:146:125 sched_get_priority_min:147:126 getcpu:309:168
    getpriority:140:141 arch_prctl:158: set_tid_address:218:96 set_robust_list:273:99
    get_robust_list:274:100 rseq:334:293 futex:202:98 rt_sigaction:13:134 rt_sigprocmask:14:135
    rt_sigreturn:15:139 rt_sigpending:127:136 rt_sigtimedwait:128:137 rt_sigsuspend:130:133
    sigaltstack:131:132 kill:62:129 tgkill:234:131 tkill:200:130 pause:34: restart_syscall:219:128
    getrandom:318:278 capget:125:90
"""

# Refused aloud (EPERM), so that a message says "not permitted" rather than "not implemented":
# sockets of every family, other processes' memory, mounts and namespaces, the kernel's keys,
# programs, profilers and rings; memory that no limit counts (memfd, System V, vmsplice); what a file
# that two sandboxes see could carry between them: locks, modes, owners, times, attributes, and which
# of its pages lie in memory.
_REFUSED: Final = """
    socket:41:198 socketpair:53:199 connect:42:203 bind:49:200 listen:50:201 accept:43:202
    accept4:288:242 sendto:44:206 sendmsg:46:211 recvfrom:45:207 recvmsg:47:212 ptrace:101:117
    process_vm_readv:310:270 process_vm_writev:311:271 pidfd_open:434:434 pidfd_getfd:438:438
    pidfd_send_signal:424:424 kcmp:312:272 mount:165:40 umount2:166:39 pivot_root:155:41
    chroot:161:51 move_mount:429:429 open_tree:428:428 fsopen:430:430 fsconfig:431:431
    fsmount:432:432 fspick:433:433 mount_setattr:442:442 unshare:272:97 setns:308:268
    add_key:248:217 request_key:249:218 keyctl:250:219 bpf:321:280 perf_event_open:298:241
    userfaultfd:323:282 io_uring_setup:425:425 io_uring_enter:426:426 io_uring_register:427:427
    kexec_load:246:104 kexec_file_load:320:294 init_module:175:105 finit_module:313:273
    delete_module:176:106 reboot:169:142 swapon:167:224 swapoff:168:225 acct:163:89
    quotactl:179:60 memfd_create:319:279 memfd_secret:447:447 shmget:29:194 shmat:30:196
    shmctl:31:195 msgget:68:186 semget:64:190 mq_open:240:180 vmsplice:278:75 inotify_init:253:
    inotify_init1:294:26 fanotify_init:300:262 setuid:105:146 setgid:106:144 setresuid:117:147
    setresgid:119:149 setgroups:116:159 capset:126:91 seccomp:317:277 personality:135:92
    name_to_handle_at:303:264 open_by_handle_at:304:265 sethostname:170:161 setdomainname:171:162
    mknod:133: mknodat:259:33 clock_settime:227:112 settimeofday:164:170
    sched_setscheduler:144:119 sched_setaffinity:203:122 execveat:322:281 syslog:103:116
    flock:73:32 chmod:90: fchmod:91:52 fchmodat:268:53 fchmodat2:452:452 chown:92: fchown:93:55 lchown:94:
    fchownat:260:54 utime:132: utimes:235: futimesat:261: utimensat:280:88 setxattr:188:5 lsetxattr:189:6
    fsetxattr:190:7 removexattr:197:14 lremovexattr:198:15 fremovexattr:199:16 mincore:27:232
    fadvise64:221:223
"""

# An artefact is one process with one thread: its outcome then depends on nobody's scheduling, and
# one process' limits bound all that it uses. EAGAIN is what a process limit would say.
# clone3 is not named: its flags lie in memory, where a filter cannot look; ENOSYS makes C libraries
# fall back to clone.
_PROCESSES: Final = "clone:56:220 fork:57: vfork:58:"

# Which requests are allowed of the calls that are many calls in one; the rest is refused.
# ioctl: TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX.
# fcntl: F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC: no locks, leases, notifications.
# prlimit64: of itself alone.
# prctl: PR_GET_DUMPABLE, PR_SET_NAME, PR_GET_NAME, PR_SET_VMA.
_BY_ARGUMENT: Final = (
    ("fcntl:72:25", 1, (0, 1, 2, 3, 4, 1030)),
    ("prlimit64:302:261", 0, (0,)),
    ("ioctl:16:29", 1, (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)),
    ("prctl:157:167", 0, (3, 15, 16, 0x53564D41)),
)

_LOAD, _EQUAL, _AT_LEAST, _ABOVE, _RETURN = 0x20, 0x15, 0x35, 0x25, 0x06
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data

ALLOW: Final = 0x7FFF0000
KILL: Final = 0x80000000
_ERRNO: Final = 0x00050000


@dataclass(frozen=True, slots=True)
class Machine:
    """An architecture: its column above, its AUDIT_ARCH, the first number of its other ABI."""

    column: int
    audit: int
    foreign: int | None


MACHINES: Final = {
    "x86_64": Machine(1, 0xC000003E, 0x40000000),  # from there on: x32
    "aarch64": Machine(2, 0xC00000B7, None),
}


def program(machine: str | None = None) -> bytes:
    """The filter for `machine` (default: this one), as an array of `struct sock_filter`.

    Raises `SandboxUnavailable` for an architecture whose numbers are not known here.
    """
    name = machine or platform.machine()
    if name not in MACHINES:
        known = " and ".join(MACHINES)
        raise SandboxUnavailable(f"the sandbox knows the system calls of {known}, not of {name}")
    return b"".join(struct.pack("<HBBI", *line) for line in _lines(MACHINES[name]))


def refused_calls() -> dict[str, int]:
    """The calls that are refused aloud on this machine: name → number."""
    column = MACHINES[platform.machine()].column
    entries = (entry.split(":") for entry in _REFUSED.split())
    return {entry[0]: int(entry[column]) for entry in entries if entry[column]}


def refusal(code: int) -> int:
    """What the filter returns to let a call fail with errno `code`."""
    return _ERRNO | code


def _lines(machine: Machine) -> list[tuple[int, int, int, int]]:
    lines = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, machine.audit),
        (_RETURN, 0, 0, KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine.foreign is not None:
        lines += [(_AT_LEAST, 0, 1, machine.foreign), (_RETURN, 0, 0, refusal(errno.ENOSYS))]
    for low, high in _runs(_numbers(_ALLOWED, machine)):
        lines += [(_AT_LEAST, 0, 2, low), (_ABOVE, 1, 0, high), (_RETURN, 0, 0, ALLOW)]
    for number in _numbers(_PROCESSES, machine):
        lines += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, refusal(errno.EAGAIN))]
    for low, high in _runs(_numbers(_REFUSED, machine)):
        lines += [
            (_AT_LEAST, 0, 2, low), (_ABOVE, 1, 0, high), (_RETURN, 0, 0, refusal(errno.EPERM)),
        ]  # fmt: skip
    for call, argument, values in _BY_ARGUMENT:
        (number,) = _numbers(call, machine)
        lines += [(_EQUAL, 0, 2 + 2 * len(values), number)]
        lines += [(_LOAD, 0, 0, _ARGUMENTS + 8 * argument)]
        for value in values:
            lines += [(_EQUAL, 0, 1, value), (_RETURN, 0, 0, ALLOW)]
        lines += [(_RETURN, 0, 0, refusal(errno.EPERM))]
    return [*lines, (_RETURN, 0, 0, refusal(errno.ENOSYS))]


def _numbers(table: str, machine: Machine) -> list[int]:
    """The calls of a table that this machine has, by number."""
    cells = (entry.split(":")[machine.column] for entry in table.split())
    return sorted(int(cell) for cell in cells if cell)


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Sorted numbers as (first, last) of each unbroken run: three instructions a run."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
