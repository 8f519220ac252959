"""`judge --junit` tells continuous integration what each criterion came to."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from trialbench.cli import main

PROTOCOL = """
[protocol]
name = "Speed & quiet"
version = "1"
[inputs]
v = {signal = "v", unit = "m/s"}
[[criteria]]
id = "slow"
stl = "always(v < 5 m/s)"
[[criteria]]
id = "in vain"
stl = "always(rise(v > 90 m/s) -> v < 1 m/s)"
[[criteria]]
id = "soon"
stl = "always(eventually[0:5s](v > 3 m/s))"
"""


def test_each_criterion_is_a_case_of_its_recordings_suite(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(PROTOCOL)
    for name, peak in (("a", 4), ("b", 9)):
        (tmp_path / f"{name}.csv").write_text(f"time,v [m/s]\n0,1\n1,{peak}\n2,1\n")
    files = [str(tmp_path / name) for name in ("p.toml", "a.csv", "b.csv")]
    assert main(["judge", *files, "--junit", str(tmp_path / "out.xml")]) == 1
    root = ET.parse(tmp_path / "out.xml").getroot()  # noqa: S314 - our own
    assert root.get("name") == "Speed & quiet"
    seen = [
        (suite.get("name"), suite.get("tests"), suite.get("failures"), suite.get("errors"))
        for suite in root
    ]
    assert seen == [("a.csv", "3", "0", "1"), ("b.csv", "3", "1", "1")]
    failure = root.find("./testsuite[@name='b.csv']/testcase[@name='slow']/failure")
    assert failure is not None
    assert failure.get("message") == "margin -4.0 m/s at 1 s: v < 5 m/s"
    vain = root.find("./testsuite[@name='a.csv']/testcase[@name='in vain']/system-out")
    assert vain is not None
    assert vain.text == "0 occurrences of rise(v > 90 m/s)"
    error = root.find("./testsuite[@name='a.csv']/testcase[@name='soon']/error")
    assert error is not None
    assert error.get("message") == "horizon"


def test_a_place_that_cannot_be_written_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.toml").write_text(PROTOCOL)
    (tmp_path / "a.csv").write_text("time,v [m/s]\n0,1\n1,2\n")
    files = [str(tmp_path / name) for name in ("p.toml", "a.csv")]
    assert main(["judge", *files, "--junit", str(tmp_path / "no" / "out.xml")]) == 2
    assert "nothing was written" in capsys.readouterr().err
