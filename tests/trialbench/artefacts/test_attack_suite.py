"""The whole attack suite against the sandbox, as whoever runs the tests and as an ordinary user."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.trialbench.artefacts.bench import sandboxed
from tests.trialbench.artefacts.ordinary import as_ordinary_user, as_root
from trialbench.artefacts.attacks import attempt

pytestmark = sandboxed
SUITE = 240
"""So many attempts at least: a suite that was cut short proves nothing."""


def test_no_attempt_reaches_its_aim() -> None:
    attempts = list(attempt())
    assert len(attempts) > SUITE
    assert [str(each) for each in attempts if each.reached] == []


@as_root
def test_no_attempt_reaches_its_aim_when_an_ordinary_user_judges(tmp_path: Path) -> None:
    line = (sys.executable, "-m", "trialbench.cli", "doctor", "--attack", "--json")
    done = as_ordinary_user(*line, home=tmp_path)
    assert done.returncode == 0, done.stderr or done.stdout
    found = json.loads(done.stdout)
    assert found["attempts"] > SUITE
    assert found["reached"] == []
