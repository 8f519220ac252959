"""A trial held again from its evidence, to see whether the same comes out."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import numpy as np

from trialbench.errors import EvidenceError
from trialbench.evidence import PROTOCOL, VERDICT, Verification, canonical, outputs_of
from trialbench.judge import judge
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
    again = judge(Protocol.loads(checked.members[PROTOCOL]), recordings, artefact, engine=engine)
    return tuple(
        _differences(
            checked.members, {VERDICT: canonical(summary(again)), **outputs_of(again.parts)}
        )
    )


def _differences(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[str]:
    """What the other run made otherwise; the machine may differ."""
    old, new = json.loads(before[VERDICT]), json.loads(after[VERDICT])
    for key in sorted(old.keys() | new.keys()):
        if key not in ("environment", "engine") and old.get(key) != new.get(key):
            yield f"{key}: was {_short(old.get(key))}, is now {_short(new.get(key))}"
    named = {name for name in before if name.startswith("outputs/")}
    for name in sorted(named | (after.keys() - {VERDICT})):
        if name not in before or name not in after or not _same_table(before[name], after[name]):
            yield f"{name}: the artefact answered otherwise"


def _same_table(first: bytes, second: bytes) -> bool:
    import pyarrow.parquet as pq

    tables = [pq.read_table(io.BytesIO(data)) for data in (first, second)]
    if tables[0].schema != tables[1].schema or tables[0].num_rows != tables[1].num_rows:
        return False
    columns = zip(tables[0].columns, tables[1].columns, strict=True)
    return all(np.array_equal(a.to_numpy(), b.to_numpy(), equal_nan=True) for a, b in columns)


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "…"
