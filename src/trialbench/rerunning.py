"""A trial held again from its evidence, to see whether the same comes out."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from trialbench.errors import EvidenceError
from trialbench.evidence import Verification
from trialbench.evidence.bundle import answers, require_editions
from trialbench.evidence.members import ANSWERS, JUDGEMENT, PROTOCOL, VERDICT
from trialbench.evidence.record import record
from trialbench.evidence.statement import canonical
from trialbench.judging import judge
from trialbench.protocol import Protocol
from trialbench.summary import summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from trialbench.artefacts import Artefact
    from trialbench.engine import Engine
    from trialbench.recording import Recording, Unreadable


def rerun(
    checked: Verification,
    recordings: Iterable[Recording | Unreadable],
    artefact: Artefact | str | Path | None = None,
    *,
    engine: Engine | None = None,
) -> tuple[str, ...]:
    """Judge again what a valid bundle judged, and name what comes out otherwise (nothing: ()).

    Raises what `judge` raises, and `EvidenceError` for a bundle that is not valid.
    """
    if checked.members is None:
        raise EvidenceError(f"only a valid bundle is judged again: {checked.problem}")
    require_editions(checked)
    again = judge(Protocol.loads(checked.members[PROTOCOL]), recordings, artefact, engine=engine)
    if checked.opened:
        made = {JUDGEMENT: canonical(summary(again)), **answers(again)}
        return tuple(_differences(checked.members, made))
    unsalted = [""] * len(
        again.parts
    )  # without the owner's salts nobody makes the commitments again
    made = json.loads(canonical(record(again, unsalted)))
    return tuple(_changed(_without_commitments(checked.members[VERDICT]), made))


def _without_commitments(verdict: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(verdict)
    for item in found["recordings"]:
        item["commitment"] = ""
    return found


def _differences(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[str]:
    """What the other run made otherwise; the machine may differ."""
    try:
        found = dict(json.loads(before[JUDGEMENT]))
    except (ValueError, TypeError, RecursionError):
        raise EvidenceError(f"{JUDGEMENT}: no judgement") from None
    yield from _changed(found, json.loads(after[JUDGEMENT]))
    named = {name for name in before if name.startswith(ANSWERS)}
    for name in sorted(named | (after.keys() - {JUDGEMENT})):
        if name not in before or name not in after or not _same_table(before[name], after[name]):
            yield f"{name}: the artefact answered otherwise"


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(old.keys() | new.keys()):
        if key not in ("environment", "engine") and old.get(key) != new.get(key):
            yield f"{key}: was {_short(old.get(key))}, is now {_short(new.get(key))}"


def _same_table(first: bytes, second: bytes) -> bool:
    import pyarrow.parquet as pq

    try:
        tables = [pq.read_table(io.BytesIO(data)) for data in (first, second)]
    except (ValueError, OSError, NotImplementedError):  # what Arrow raises: it is no table
        return False
    if tables[0].schema != tables[1].schema or tables[0].num_rows != tables[1].num_rows:
        return False
    columns = zip(tables[0].columns, tables[1].columns, strict=True)
    return all(np.array_equal(a.to_numpy(), b.to_numpy(), equal_nan=True) for a, b in columns)


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "…"
