"""A protocol, and how it is read from its text."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from trialbench import stl
from trialbench.errors import FormulaError, ProtocolError
from trialbench.protocol import values
from trialbench.protocol.model import (
    DISCLOSURES,
    EVENT_UNITS,
    METRICS,
    Allowance,
    Criterion,
    Output,
    Source,
)
from trialbench.protocol.table import Table
from trialbench.quantity import duration_ns, size_bytes
from trialbench.toml import read_toml
from trialbench.verdict import Requirement

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Protocol:
    """A protocol as it was read; frozen by `sha256`, the hash of its bytes."""

    name: Mapping[str, str]
    version: str
    disclosure: str
    step_ns: int
    lead_in_ns: int
    inputs: Mapping[str, Source]
    reference: Mapping[str, Source]
    outputs: Mapping[str, Output]
    criteria: tuple[Criterion, ...]
    require: Requirement | None
    limits: Allowance
    text: bytes = field(repr=False)
    margin_digits: int = 2
    traces: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Hex digest of the protocol's bytes, `text`."""
        return hashlib.sha256(self.text).hexdigest()

    @property
    def sources(self) -> dict[str, Source]:
        """Inputs and reference together, by name."""
        return {**self.inputs, **self.reference}

    @property
    def events(self) -> frozenset[str]:
        """The outputs that are events: 0 or 1."""
        return frozenset(name for name, output in self.outputs.items() if output.kind == "event")

    def says_units_of(self, criterion: Criterion) -> bool:
        """Whether the units of all that the criterion reads are the protocol's, none a recording's own."""
        used = (self.sources[name] for name in criterion.names if name in self.sources)
        return all(source.unit is not None for source in used)

    @classmethod
    def load(cls, path: str | Path) -> Protocol:
        """Read a protocol file. Raises `ProtocolError`: file, place, what, what to do."""
        path = Path(path)
        try:
            text = path.read_bytes()
        except OSError as error:
            raise ProtocolError(f"{path}: {error.strerror}") from None
        try:
            return cls.loads(text)
        except ProtocolError as error:
            raise ProtocolError(f"{path.name}: {error}") from None

    @classmethod
    def loads(cls, text: bytes) -> Protocol:
        """Read a protocol's text. Raises `ProtocolError`."""
        try:
            root = Table("", read_toml(text))
        except ValueError as error:
            raise ProtocolError(str(error)) from None
        return _protocol(root, text)


def _protocol(root: Table, text: bytes) -> Protocol:
    head = root.table("protocol", must=True)
    stream = root.table("stream")
    made = Protocol(
        name=head.take("name", values.title, must=True),
        version=head.take("version", values.text, must=True),
        disclosure=head.take("disclosure", values.one_of(DISCLOSURES), "verdict"),
        step_ns=stream.take("step", values.step, 10_000_000),
        lead_in_ns=stream.take("lead_in", duration_ns, 1_000_000_000),
        inputs={name: _source(table) for name, table in root.table("inputs").tables().items()},
        reference={
            name: _source(table) for name, table in root.table("reference").tables().items()
        },
        outputs={name: _output(table) for name, table in root.table("outputs").tables().items()},
        criteria=_criteria(root),
        require=_requirement(root.table("require")) if "require" in root else None,
        limits=_allowance(root.table("limits")),
        text=text,
        margin_digits=head.take("margin_digits", values.digits, 2),
        traces=head.take("traces", values.names, ()),
    )
    for table in (head, stream, root):
        table.done()
    _check_names(made)
    return made


def _source(table: Table) -> Source:
    source = Source(
        signal=table.take("signal", values.text, must=True),
        unit=table.take("unit", values.unit),
        bus=table.take("bus", values.bus),
        valid=table.take("valid", values.formula),
        max_gap_ns=table.take("max_gap", duration_ns),
        scale=table.take("scale", values.number, 1.0),
        offset=table.take("offset", values.number, 0.0),
        not_available=table.take("not_available", values.one_of(("unknown", "value")), "unknown"),
    )
    table.done()
    return source


def _output(table: Table) -> Output:
    output = Output(
        table.take("kind", values.one_of(("event", "value")), must=True),
        table.take("unit", values.unit, ""),
    )
    table.done()
    return output


def _requirement(table: Table) -> Requirement:
    require = Requirement(
        table.take("pass_rate", values.share, must=True),
        table.take("confidence", values.share, must=True),
    )
    table.done()
    return require


def _allowance(table: Table) -> Allowance:
    usual = Allowance()
    allowance = Allowance(
        memory_bytes=table.take("memory", size_bytes, usual.memory_bytes),
        cpu_ns_per_hour=table.take("cpu_per_hour_of_recording", duration_ns, usual.cpu_ns_per_hour),
        wall_ns_per_hour=table.take("wall_per_hour_of_recording", duration_ns),
    )
    table.done()
    return allowance


def _criteria(root: Table) -> tuple[Criterion, ...]:
    listed = root.take("criteria", values.listed, must=True)
    criteria = tuple(
        _criterion(Table(f"criteria[{index + 1}]", content)) for index, content in enumerate(listed)
    )
    seen: set[str] = set()
    for criterion in criteria:
        if criterion.id in seen:
            raise ProtocolError(f"criteria: two are called {criterion.id!r}")
        seen.add(criterion.id)
    return criteria


def _criterion(table: Table) -> Criterion:
    name = table.take("id", values.text, must=True)
    table.where = f"criteria {name!r}"
    title = table.take("title", values.title, {"en": name})
    if ("stl" in table) == ("metric" in table):
        raise ProtocolError(f"{table.where}: give either stl or metric")
    made = _formula(table, name, title) if "stl" in table else _metric(table, name, title)
    table.done()
    return made


def _formula(table: Table, name: str, title: Mapping[str, str]) -> Criterion:
    made = Criterion(
        name,
        title,
        stl=table.take("stl", values.formula),
        unit=table.take("unit", values.unit, ""),
        from_ns=table.take("from", duration_ns, 0),
        occurrences=table.take("at_least", values.count, 0),
    )
    if made.occurrences and not stl.conditions(made.formulas[0]):
        raise ProtocolError(
            f"{table.place('at_least')}: counts how often the left side of an implication held, and"
            " this formula is none: write it as always(… -> …)"
        )
    return made


def _metric(table: Table, name: str, title: Mapping[str, str]) -> Criterion:
    metric = table.take("metric", values.one_of(tuple(METRICS)), must=True)
    events = METRICS[metric] == "event"
    told_in = EVENT_UNITS.get(metric, "")
    unit = table.take("unit", partial(values.unit, into=told_in), told_in)
    read = partial(values.threshold, unit=unit, told_in=told_in) if events else values.number
    at_most, at_least = table.take("at_most", read), table.take("at_least", read)
    if (at_most is None) == (at_least is None):
        raise ProtocolError(f"{table.where}: give either at_most or at_least")
    compared = values.formula if events else values.term
    return Criterion(
        id=name,
        title=title,
        metric=metric,
        of=table.take("of", compared, must=True),
        against=table.take("against", compared, must=True),
        tolerance_ns=table.take("tolerance", duration_ns, 0) if events else 0,
        quantile=table.take("quantile", values.share, 0.5)
        if metric == "detection_latency"
        else 0.5,
        at_most=at_most,
        at_least=at_least,
        unit="s" if told_in == "s" else "" if events else unit,
        from_ns=table.take("from", duration_ns, 0),
    )


def _check_names(protocol: Protocol) -> None:
    """Every name is declared once, and every name that is used is declared."""
    if not protocol.criteria:
        raise ProtocolError("criteria: there is none")
    if protocol.outputs and not protocol.inputs:
        raise ProtocolError("inputs: there is none, though outputs are asked of an artefact")
    groups = (set(protocol.inputs), set(protocol.reference), set(protocol.outputs))
    for one, other in combinations(groups, 2):
        for name in sorted(one & other):
            raise ProtocolError(f"{name!r} is declared twice among inputs, reference and outputs")
    declared = set.union(*groups)
    for name in sorted(declared):
        if not _is_name(name):
            raise ProtocolError(f"{name!r} is a word of the formula language: call it otherwise")
    _check_traces(protocol, declared)
    for criterion in protocol.criteria:
        for name in sorted(criterion.names - declared):
            listed = ", ".join(sorted(declared))
            raise ProtocolError(
                f"criteria {criterion.id!r}: {name!r} is not declared (declared: {listed})"
            )


def _check_traces(protocol: Protocol, declared: set[str]) -> None:
    """Traces are disclosed by name, and by a protocol of that disclosure alone."""
    if protocol.traces and protocol.disclosure != "trace":
        raise ProtocolError('protocol.traces: only disclosure = "trace" discloses any')
    for name in protocol.traces:
        if name not in declared:
            raise ProtocolError(f"protocol.traces: {name!r} is not declared")


def _is_name(name: str) -> bool:
    try:
        return stl.names(stl.parse(name)) == {name}
    except FormulaError:
        return False
