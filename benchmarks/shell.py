"""A trial from the shell, in a fresh process: start-up, compiled kernels and all."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import Row, best

EXAMPLES = Path(__file__).parents[1] / "examples"


def rows() -> Iterator[Row]:
    """The 70-second drive, judged whole; the peer is Python importing the libraries it cannot do without."""
    trialbench = str(Path(sysconfig.get_path("scripts")) / "trialbench")
    with tempfile.TemporaryDirectory() as folder:
        recording, dbc, kind = _drive(Path(folder))
        command = [
            trialbench, "judge", str(EXAMPLES / "wheel-slip/protocol.toml"), recording, "--dbc", dbc,
            "--artefact", str(EXAMPLES / "wheel-slip/patient"), "--out", f"{folder}/bundle.zip",
            "--key", _key(trialbench, folder),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True)
        ours = best(lambda: subprocess.run(command, check=True, capture_output=True), 3)
        peer = best(
            lambda: subprocess.run([sys.executable, "-c", "import numpy, numba"], check=True), 3
        )
        peak = _peak_mb(command)
        yield Row(
            f"trial of a 70 s drive from the shell ({kind})",
            "import numpy, numba",
            peer,
            ours,
            "trial",
            0.0,
            peak,
        )


def _drive(folder: Path) -> tuple[str, str, str]:
    from tests.data import DATA

    if DATA.is_dir():
        return (
            str(DATA / "mustang-s550/mustang_s550.log"),
            str(DATA / "opendbc/ford_lincoln_base_pt.dbc"),
            "real",
        )
    sys.path.insert(0, str(EXAMPLES))
    import generate

    path = folder / "generated-drive.log"
    generate.wheel_slip_drive(path)
    return str(path), str(EXAMPLES / "wheel-slip/generated.dbc"), "generated"


def _key(trialbench: str, folder: str) -> str:
    subprocess.run([trialbench, "keygen", f"{folder}/key.pem"], check=True, capture_output=True)
    return f"{folder}/key.pem"


def _peak_mb(command: list[str]) -> float:
    """The command's largest resident set, asked of a small parent: a fork of this one counts as large."""
    asked = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, capture_output=True); "
    asked += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    shown = subprocess.run(
        [sys.executable, "-c", asked, *command], check=True, capture_output=True, text=True
    )
    return int(shown.stdout) / 1024
