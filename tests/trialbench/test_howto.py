"""What the how-to for a judging machine has one type is what the programs take."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs/howto/sandbox.md").read_text(encoding="utf-8")


@pytest.mark.skipif(
    shutil.which("apparmor_parser") is None, reason="apparmor_parser is not installed"
)
def test_apparmors_parser_takes_the_profile(tmp_path: Path) -> None:
    block = re.search(r"```apparmor\n(.*?)```", PAGE, re.DOTALL)
    assert block
    profile = block[1]
    if not Path("/etc/apparmor.d/abi/4.0").exists():  # the words that came with AppArmor 4
        profile = profile.replace("abi <abi/4.0>,", "").replace("  userns,\n", "")
    (tmp_path / "bwrap").write_text(profile)
    line = ["apparmor_parser", "--skip-kernel-load", "--skip-cache", str(tmp_path / "bwrap")]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
