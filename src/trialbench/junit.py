"""A judgement as JUnit XML, as continuous integration reads it: a suite a recording, a case a criterion."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from trialbench.errors import TrialbenchError

_STATES = {"fail": "failure", "inconclusive": "error"}


def junit(found: dict[str, Any]) -> bytes:
    """The XML of what `summary` gives; an inconclusive criterion is an error, never a pass.

    What a criterion was judged on in vain ("0 occurrences of …") stands in the case's output.
    """
    root = ET.Element("testsuites", name=_text(next(iter(found["protocol"]["name"].values()))))
    for recording in found["recordings"]:
        suite = ET.SubElement(root, "testsuite", name=_text(recording["name"]))
        for result in recording["criteria"]:
            _case(suite, recording, result)
        states = [each["verdict"] for each in recording["criteria"]]
        suite.set("tests", str(len(states)))
        suite.set("failures", str(states.count("fail")))
        suite.set("errors", str(states.count("inconclusive")))
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def write_junit(found: dict[str, Any], path: Path) -> None:
    """Write it, whole or not at all. Raises `TrialbenchError`."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(junit(found))
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise TrialbenchError(f"{path}: {error.strerror}; nothing was written") from None


def _case(suite: ET.Element, recording: dict[str, Any], result: dict[str, Any]) -> None:
    case = ET.SubElement(
        suite, "testcase", name=_text(result["id"]), classname=_text(recording["name"])
    )
    state = _STATES.get(result["verdict"])
    if state is not None:
        ET.SubElement(case, state, message=_text(_why(recording, result)))
    count = result["occurrences"]
    if count is not None:
        said = ET.SubElement(case, "system-out")
        plural = "" if count == 1 else "s"
        said.text = _text(f"{count} occurrence{plural} of {result['occurrences_of']}")


def _why(recording: dict[str, Any], result: dict[str, Any]) -> str:
    if recording["failure"]:
        return f"the artefact failed: {recording['failure']['code']}"
    if result["reason"]:
        return str(result["reason"]["code"]).replace("_", " ")
    worst = "" if result["worst_time"] is None else f" at {result['worst_time']:g} s"
    return f"margin {result['margin']} {result['unit']}".strip() + f"{worst}: {result['cause']}"


def _text(text: str) -> str:
    """The text without the characters that XML 1.0 cannot hold (2.2)."""
    return "".join(
        letter if letter.isprintable() or letter in "\t\n" else "\N{REPLACEMENT CHARACTER}"
        for letter in text
    )
