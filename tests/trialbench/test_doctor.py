"""`trialbench doctor` says what works on this machine, and how to mend the rest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.trialbench.artefacts.bench import sandboxed
from trialbench import doctor
from trialbench.artefacts.cgroup import VARIABLE
from trialbench.cli import main


def findings() -> dict[str, doctor.Finding]:
    return {each.what: each for each in doctor.examine()}


@sandboxed
def test_what_is_needed_works_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["works"] is True
    assert found["attempts"] is None
    assert main(["doctor"]) == 0
    assert "sandbox: starts as" in capsys.readouterr().out


def test_each_lack_names_its_remedy() -> None:
    assert all(each.remedy for each in findings().values() if not each.works)


def test_without_bubblewrap_the_exit_status_and_the_remedy_say_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "MISSING          bubblewrap: missing" in said
    assert "apt-get install bubblewrap" in said


def test_an_old_bubblewrap_is_too_old(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = tmp_path / "bwrap"
    old.write_text("#!/bin/sh\necho bubblewrap 0.4.1\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = findings()["bubblewrap"]
    assert (found.works, found.told) == (False, "bubblewrap 0.4.1")


@pytest.mark.parametrize(
    ("setting", "value", "remedy"),
    [
        ("_RESTRICTED", "1", "apparmor_parser -r"),
        ("_NAMESPACES", "0", "user.max_user_namespaces"),
    ],
)
def test_the_settings_that_keep_user_namespaces_from_us_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, setting: str, value: str, remedy: str
) -> None:
    (tmp_path / "setting").write_text(f"{value}\n")
    monkeypatch.setattr(doctor, setting, tmp_path / "setting")
    broken = tmp_path / "bwrap"
    broken.write_text(
        "#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2; exit 1\n"
    )
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    found = findings()["sandbox"]
    assert not found.works
    assert remedy in found.remedy
    assert "Permission denied" in found.told


def test_a_cgroup_that_cannot_be_used_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nowhere"))
    found = findings()["memory of artefacts"]
    assert not found.works
    assert str(tmp_path) in found.told
