"""What a protocol tells its submitter: what is seen, what is withheld, and how many bits come back.

A submitter who may choose the artefact freely can make each thing that is disclosed say something of
the recordings. The leak budget bounds it: the logarithm of how many different submitter's editions
there can be, over all occasions on which one is made (G. Smith, "On the foundations of quantitative
information flow", FoSSaCS 2009: the min-capacity of a deterministic channel).
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from trialbench.artefacts.result import CODES
from trialbench.protocol import METRICS

if TYPE_CHECKING:
    from trialbench.protocol import Criterion, Protocol, Source

_RULINGS: Final = 3
_EXPONENTS: Final = 633
"""Decimal exponents that a float64 can have: 5e-324 to 1.8e308."""


@dataclass(frozen=True, slots=True)
class Occasions:
    """How many submitter's editions are made: on how many recordings, and how often."""

    recordings: int = 1
    tries: int = 1
    controls: int = 0
    objections: int = 0

    @property
    def runs(self) -> int:
        """How many times something is disclosed."""
        return self.tries + self.controls + self.objections


def margins(digits: int) -> int:
    """How many different rounded margins there are: sign, digits, exponent, zero, the infinities."""
    mantissas = int(9 * 10 ** (digits - 1))
    return 2 * mantissas * _EXPONENTS + 3


def bits_a_recording(protocol: Protocol) -> float:
    """Bits that one recording's part of a record can hold: a failure's code, or every ruling and margin.

    Infinite where traces are disclosed: whatever the artefact answers comes back.
    """
    if protocol.disclosure == "trace":
        return math.inf
    each = _RULINGS
    if protocol.disclosure == "margin":
        each = 1 + 2 * margins(protocol.margin_digits)  # inconclusive has none
    outcomes = each ** len(protocol.criteria)
    return math.log2(outcomes + (len(CODES) if protocol.outputs else 0))


def shown(protocol: Protocol, occasions: Occasions) -> dict[str, Any]:
    """What `trialbench protocol show` prints, as plain data."""
    bits = bits_a_recording(protocol)
    return {
        "name": dict(protocol.name),
        "version": protocol.version,
        "sha256": protocol.sha256,
        "disclosure": protocol.disclosure,
        "margin_digits": protocol.margin_digits if protocol.disclosure != "verdict" else None,
        "traces": list(protocol.traces),
        "step": protocol.step_ns / 1e9,
        "seen": [_source(name, source) for name, source in protocol.inputs.items()],
        "withheld": [_source(name, source) for name, source in protocol.reference.items()],
        "asked": [
            {"name": name, "kind": output.kind, "unit": output.unit}
            for name, output in protocol.outputs.items()
        ],
        "criteria": [_criterion(criterion) for criterion in protocol.criteria],
        "occasions": asdict(occasions),
        "bits_a_recording": bits if math.isfinite(bits) else "inf",
        "bits": bits * occasions.recordings * occasions.runs if math.isfinite(bits) else "inf",
    }


def _source(name: str, source: Source) -> dict[str, Any]:
    return {"name": name, "unit": source.unit or ""}


def _criterion(criterion: Criterion) -> dict[str, Any]:
    kind = "stl" if criterion.stl is not None else METRICS[criterion.metric or ""]
    return {"id": criterion.id, "kind": kind, "needs": sorted(criterion.names)}
