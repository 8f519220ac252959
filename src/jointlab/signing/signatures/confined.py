"""Judging a stranger's file in a process of its own, which cannot take the server with it.

The child is this module run by Python: it limits its own memory, time and files before it reads
anything, knows none of the server's environment, and writes one line of JSON. It gets one line
of JSON, too: what is asked, with the roots, and how long the files are that follow.
"""

from __future__ import annotations

import base64
import gc
import json
import resource
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from types import ModuleType
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from jointlab.signing.signatures.problems import MOST_BYTES, Faulty, Problem
from jointlab.signing.signatures.results import Examination, Signature

MEMORY = 1 << 30  # bytes
PROCESSOR_S = 15
WALL_S = 30


def examine(
    pdf: bytes,
    *,
    trust: Sequence[x509.Certificate],
    people: Sequence[x509.Certificate] = (),
    crls: Iterable[bytes] = (),
    complete: bool = True,
) -> Examination:
    """Judge a paper as examination.examine does, in a child."""
    if len(pdf) > MOST_BYTES:
        return Examination((Problem("too-large"),))
    answer = _judge_in_child({"complete": complete}, [pdf], trust, people, crls)
    if answer is None:
        return Examination((Problem("too-much"),))
    return Examination.from_json(answer)


def find_added_signature(
    before: bytes,
    after: bytes,
    *,
    field: str,
    trust: Sequence[x509.Certificate],
    email: str,
    people: Sequence[x509.Certificate] = (),
    crls: Iterable[bytes] = (),
    at: datetime | None = None,
) -> Signature:
    """Find the signature that was added as addition.added does, in a child."""
    if len(after) > MOST_BYTES:
        raise Faulty("too-large")
    asked = {"field": field, "email": email, "at": at.isoformat() if at else None}
    answer = _judge_in_child(asked, [before, after], trust, people, crls)
    if answer is None:
        raise Faulty("too-much")
    if "code" in answer:
        raise Faulty(answer["code"], answer["field"])
    return Signature.from_json(answer)


def _judge_in_child(
    asked: dict[str, Any],
    files: list[bytes],
    trust: Iterable[x509.Certificate],
    people: Iterable[x509.Certificate],
    crls: Iterable[bytes],
) -> dict[str, Any] | None:
    """Return the child's answer; None where it died or ran over."""
    asked |= {
        "sizes": [len(file) for file in files],
        "trust": _as_text(trust),
        "people": _as_text(people),
        "crls": [base64.b64encode(each).decode() for each in crls],
    }
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-m", "jointlab.signing.signatures.confined"],
            input=b"\n".join([json.dumps(asked).encode(), b"".join(files)]),
            capture_output=True,
            timeout=WALL_S,
            env={"LANG": "C.UTF-8"},
            check=True,
        )
        answer: dict[str, Any] = json.loads(child.stdout)
    except (subprocess.SubprocessError, ValueError):
        return None
    return answer


def _as_text(certificates: Iterable[x509.Certificate]) -> list[str]:
    return [base64.b64encode(each.public_bytes(Encoding.DER)).decode() for each in certificates]


def _from_text(certificates: Iterable[str]) -> list[x509.Certificate]:
    return [x509.load_der_x509_certificate(base64.b64decode(each)) for each in certificates]


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR_S),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _disconnect() -> None:
    """Let pyHanko find nothing where it imports aiohttp, for timestamps over HTTP.

    Nobody here asks for one; it takes 0.2 s of 0.5, and the child is better off without a
    client of the network.
    """
    stand_in = ModuleType("aiohttp")
    vars(stand_in).update(ClientSession=object, BasicAuth=object)
    sys.modules["aiohttp"] = stand_in


def _answer_as_child() -> dict[str, Any]:
    """Answer what stands on the standard input."""
    from jointlab.signing.signatures.addition import find_added_signature
    from jointlab.signing.signatures.examination import examine

    asked = json.loads(sys.stdin.buffer.readline())
    files = [sys.stdin.buffer.read(size) for size in asked["sizes"]]
    known: dict[str, Any] = {
        "trust": _from_text(asked["trust"]),
        "people": _from_text(asked["people"]),
        "crls": [base64.b64decode(each) for each in asked["crls"]],
    }
    if len(files) == 1:
        return examine(files[0], complete=asked["complete"], **known).as_json()
    at = datetime.fromisoformat(asked["at"]) if asked["at"] else None
    field, email = asked["field"], asked["email"]
    try:
        return find_added_signature(
            files[0], files[1], field=field, email=email, at=at, **known
        ).as_json()
    except Faulty as faulty:
        return {"code": faulty.problem.code, "field": faulty.problem.field}


if __name__ == "__main__":
    gc.disable()  # the child ends before there is anything to collect: a tenth less time
    _limit()
    _disconnect()
    json.dump(_answer_as_child(), sys.stdout)
