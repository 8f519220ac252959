"""The commands that install JointLab do so with an old pip, beside newer releases, without a network."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.config.running import Instance

ROOT = Path(__file__).parents[1]
OLDEST_PIP = next(ROOT.glob(".venv/oldest-pip/pip-*.whl"), Path("missing: make test fetches it"))
OWN_PIP = ".venv/bin/pip"
OLD_PIP = f".venv/bin/python {OLDEST_PIP}/pip"
BACKEND = """
import shutil
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    shutil.copy("index/jointlab-1.0-py3-none-any.whl", wheel_directory)
    return "jointlab-1.0-py3-none-any.whl"
"""


def wheel(folder: Path, name: str, version: str, *, needs: str = "") -> str:
    """Put a wheel with nothing but its metadata into the folder; its pin, with its hash."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nProvides-Extra: more\n"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{info}/METADATA", metadata + (f"Requires-Dist: {needs}\n" if needs else ""))
        file.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nTag: py3-none-any\n")
        file.writestr(f"{info}/RECORD", "")
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of two pins, one of which asks for an extra of the other, long since released anew."""
    for folder in ("index", "requirements"):
        (tmp_path / folder).mkdir()
    index = tmp_path / "index"
    pins = wheel(index, "engine", "1.0") + wheel(index, "plugin", "1.0", needs="engine[more]>=1.0")
    wheel(index, "engine", "2.0")
    wheel(index, "jointlab", "1.0")
    for name in ("dev", "server"):
        (tmp_path / "requirements" / f"{name}.txt").write_text(pins)
    (tmp_path / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    )
    (tmp_path / "backend.py").write_text(BACKEND)
    shutil.copy(ROOT / "Makefile", tmp_path)
    return tmp_path


def run(project: Path, *line: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command in the project, with its folder for an index and no other."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PIP_", "MAKE", "MFLAGS", "PYTHON", "VIRTUAL_ENV"))
    }
    only = {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(project / "index"),
        "PIP_CONFIG_FILE": os.devnull,
    }
    return subprocess.run(
        list(map(str, line)),
        cwd=project,
        env=kept | only,
        capture_output=True,
        text=True,
        check=False,
    )


def installed(project: Path, environment: str) -> list[str]:
    """What is installed there besides what every environment has."""
    found = (project / environment).glob("lib/*/site-packages/*.dist-info")
    return sorted(path.stem for path in found if not path.name.startswith(("pip-", "setuptools-")))


@pytest.mark.parametrize("pip", [OWN_PIP, OLD_PIP], ids=["own", "oldest"])
def test_the_pins_are_installed_though_there_are_newer_releases(project: Path, pip: str) -> None:
    done = run(project, "make", ".venv/.pinned", f"PYTHON={sys.executable}", f"PIP={pip}")
    assert done.returncode == 0, done.stderr
    assert installed(project, ".venv") == ["engine-1.0", "plugin-1.0"]


def test_the_oldest_pip_would_stop_if_it_were_to_resolve_them(project: Path) -> None:
    run(project, sys.executable, "-m", "venv", "--without-pip", ".venv")
    hashed = ("install", "--require-hashes", "-r", "requirements/dev.txt")
    done = run(project, *shlex.split(OLD_PIP), *hashed)
    assert done.returncode == 1
    assert "engine[more]>=1.0" in done.stderr


def test_the_deployment_is_installed_by_the_lines_of_its_page(project: Path) -> None:
    page = (ROOT / "docs/howto/deploy.md").read_text(encoding="utf-8")
    block = re.search(r"```console\n(# python3 -m venv .*?)```", page, re.DOTALL)
    assert block
    lines = [line.removeprefix("# ") for line in block[1].splitlines()]
    for line in lines[:-1]:  # the last one compiles the catalogues of the real project
        words = shlex.split(line.replace("/opt/jointlab", "deployed"))
        done = run(project, *(sys.executable if word == "python3" else word for word in words))
        assert done.returncode == 0, f"{line}: {done.stderr}"
    assert installed(project, "deployed") == ["engine-1.0", "jointlab-1.0", "plugin-1.0"]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment in which nothing but the wheel and its dependencies is found."""
    project, environment = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("alone")
    for name in ("Makefile", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, project)
    shutil.copytree(ROOT / "src", project / "src", ignore=shutil.ignore_patterns("__pycache__"))
    make = ("make", "--old-file=setup", "wheel", f"BIN={sys.prefix}/bin")
    for line in (
        (*make,),
        (sys.executable, "-m", "venv", "--without-pip", environment),
    ):
        done = run(project, *line)
        assert done.returncode == 0, done.stderr
    packages = next(environment.glob("lib/*/site-packages"))
    dependencies = next(Path(sys.prefix).glob("lib/*/site-packages"))
    (packages / "dependencies.pth").write_text(
        f"{dependencies}\n"
    )  # its own .pth files do not count
    (made,) = project.glob("dist/*.whl")
    pip = (sys.executable, "-m", "pip", "--python", environment / "bin/python")
    done = run(project, *pip, "install", "--no-deps", "--ignore-installed", made)
    assert done.returncode == 0, done.stderr
    return environment / "bin"


def test_the_wheel_judges_a_trial(alone: Path, tmp_path: Path) -> None:
    (tmp_path / "trace.csv").write_text("time,speed [km/h]\n0,40\n1,50\n2,45\n")
    (tmp_path / "protocol.toml").write_text(
        '[protocol]\nname = "Slow"\nversion = "1"\n[inputs]\nspeed = {signal = "speed"}\n'
        '[[criteria]]\nid = "slow"\nstl = "always(speed < 60 km/h)"\n'
    )
    line = ("trialbench", "judge", "protocol.toml", "trace.csv", "--out", "bundle.zip")
    judged = run(tmp_path, alone / line[0], *line[1:])
    assert judged.returncode == 0, judged.stderr
    assert "slow" in judged.stdout
    assert run(tmp_path, alone / "trialbench", "verify", "bundle.zip").returncode == 0


def test_the_wheel_tells_the_demonstration_and_serves_it(alone: Path, tmp_path: Path) -> None:
    running = Instance(tmp_path / "home", "demo", programs=alone)
    try:
        running.wait()
        assert running.status("/en/news/") == 200
    finally:
        assert running.stop() == 0
