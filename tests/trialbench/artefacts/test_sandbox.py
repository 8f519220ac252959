"""The sandbox's edges: where it cannot be had, what is left behind, what breaks of the platform."""

import os
import select
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.trialbench.artefacts.bench import sandboxed, try_out
from trialbench.artefacts.cgroup import VARIABLE, Group
from trialbench.artefacts.sandbox import Sandbox
from trialbench.errors import PlatformError, SandboxUnavailable

ROOT = Path(__file__).parents[3]


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def children() -> str:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii")


def fake_bwrap(folder: Path, script: str) -> None:
    bwrap = folder / "bwrap"
    bwrap.write_text(f"#!/usr/bin/env bash\n{script}\n", "ascii")
    bwrap.chmod(0o755)


def test_without_bubblewrap_nothing_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    before = (open_files(), children())
    with pytest.raises(SandboxUnavailable) as caught:
        try_out(f"open({str(tmp_path / 'ran')!r}, 'w')")
    assert str(caught.value) == (
        "no artefact is run, as bubblewrap is missing: "
        "install it (Debian: apt-get install bubblewrap)"
    )
    assert list(tmp_path.iterdir()) == []
    assert (open_files(), children()) == before


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (
            "echo 'bwrap: No permissions to create new namespace' >&2; exit 1",
            "No permissions to create",
        ),
        ("echo 'bwrap: Unknown option --disable-userns' >&2; exit 1", "Unknown option"),
        ("exit 1", "it says nothing"),
        ("echo '{\"child-pid\": 2000000000}' >&$INFO; exit 0", "it says nothing"),
        ("echo '{}' >&$INFO; exit 0", "it says nothing"),
        ("echo '{\"child-pid\": '$$'}' >&$INFO; echo no numpy >&2; exit 1", "no numpy"),
    ],
)
def test_where_bubblewrap_does_not_work_its_reason_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, reason: str
) -> None:
    # Its --info-fd is the sixth word, in the order in which the sandbox gives its options.
    fake_bwrap(tmp_path, script.replace("$INFO", "$6"))
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    before = (open_files(), children())
    with pytest.raises(
        SandboxUnavailable, match=f"does not start: .*{reason}.*; it needs bubblewrap"
    ):
        try_out("")
    assert (open_files(), children()) == before


@sandboxed
def test_nothing_is_left_of_a_trial(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    try_out("def run(steps):\n  for step in steps: yield {'y': 1.0}")
    before = (open_files(), children())
    for source in (
        "def run(steps):\n  for step in steps: yield {'y': 1.0}",
        "1/0",
        "while True: pass",
    ):
        try_out(source, cpu_s=0.1)
    assert list(tmp_path.iterdir()) == []
    assert (open_files(), children()) == before


KILLED = """
from tests.trialbench.artefacts.bench import try_out
from trialbench.artefacts.conversation import Conversation
drain = Conversation._drain
def tell(self):
    drain(self)
    print(self._sandbox.pid, flush=True)
Conversation._drain = tell
try_out("print('looping')\\nwhile True: pass", cpu_s=60.0, wall_s=60.0)
"""


@sandboxed
def test_nothing_goes_on_when_the_host_is_killed(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", KILLED]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as host:
        assert host.stdout is not None
        pid = os.pidfd_open(int(host.stdout.readline()))
        host.send_signal(signal.SIGKILL)
        poll = select.poll()
        poll.register(pid, select.POLLIN)
        assert poll.poll(10_000), "the artefact outlived its host"
        os.close(pid)


@sandboxed
def test_what_the_platform_breaks_is_not_the_artefacts_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    meet = Sandbox._meet

    def kill_bubblewrap(self: Sandbox, info: int) -> None:
        meet(self, info)
        self._bwrap.kill()

    monkeypatch.setattr(Sandbox, "_meet", kill_bubblewrap)
    with pytest.raises(PlatformError, match=r"killed from outside \(signal 9\)"):
        try_out("while True: pass")


@pytest.mark.parametrize(
    ("version", "limit", "swap", "events"),
    [
        ("v1", "memory.limit_in_bytes", "4096", "memory.oom_control"),
        ("v2", "memory.max", "0", "memory.events"),
    ],
)
def test_a_group_that_was_given_bounds_the_memory(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    version: str,
    limit: str,
    swap: str,
    events: str,
) -> None:
    if version == "v2":
        (tmp_path / "cgroup.controllers").write_text("memory", "ascii")
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with Group(7, 4096) as group:
        folder = tmp_path / "trial-7"
        written = {file.name: file.read_text("ascii") for file in folder.iterdir()}
        assert written[limit] == "4096"
        assert written["cgroup.procs"] == "7"
        assert swap in written.values()
        assert group.name == f"cgroup {version} and rlimits"
        (folder / events).write_text("oom 1\noom_kill 0\n", "ascii")
        assert not group.exhausted()
        (folder / events).write_text("oom 1\noom_kill 1\n", "ascii")
        assert group.exhausted()
        for file in folder.iterdir():  # the kernel's files go with their folder
            file.unlink()
    assert not folder.exists()
    assert not group.exhausted()


@sandboxed
def test_a_group_that_cannot_be_used_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(
        SandboxUnavailable, match=f"{VARIABLE}=.*nowhere cannot be used: No such file"
    ):
        try_out("")


def test_without_a_group_the_limits_are_the_process_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with Group(7, 4096) as group:
        assert (group.name, group.exhausted()) == ("rlimits", False)
