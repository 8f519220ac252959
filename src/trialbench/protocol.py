"""The acceptance protocol: what is given to an artefact, what it is judged by, what it may use."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from trialbench import stl
from trialbench.errors import FormulaError, ProtocolError
from trialbench.quantity import duration_ns, size_bytes
from trialbench.units import known
from trialbench.verdict import Requirement

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LANGUAGES: Final = ("en", "zh", "ko")
DISCLOSURES: Final = ("verdict", "margin", "trace")
METRICS: Final = {
    "rmse": "value", "mae": "value", "max_abs_error": "value",
    "precision": "event", "recall": "event", "f1": "event",
    "detection_latency": "event", "false_alarms_per_hour": "event",
}  # fmt: skip
"""Each metric, and whether it compares values or events."""

_NAME: Final = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a name of the protocol comes from in a recording.

    The value is `scale * v + offset`, v being the recording's value converted into `unit` (None:
    as recorded). It is unknown where `valid`, an expression over the recording's own names, does
    not hold, and across a gap longer than `max_gap_ns`.
    """

    signal: str
    unit: str | None = None
    bus: int | None = None
    valid: str | None = None
    max_gap_ns: int | None = None
    scale: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class Output:
    """What the artefact answers: an `event` (on above 0.5) or a `value`."""

    kind: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing to hold: either an STL formula, or a metric with its threshold.

    A threshold is in `unit`; `at_most` and `at_least` exclude each other. `tolerance_ns` is how far
    two events may lie apart and be taken for one; `quantile` belongs to `detection_latency`.
    """

    id: str
    title: Mapping[str, str]
    stl: str | None = None
    metric: str | None = None
    of: str = ""
    against: str = ""
    tolerance_ns: int = 0
    quantile: float = 0.5
    at_most: float | None = None
    at_least: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What an artefact may use; time grows with the recording, by the hour of it."""

    memory_bytes: int = 2**30
    cpu_ns_per_hour: int = 600 * 10**9
    wall_ns_per_hour: int | None = None


@dataclass(frozen=True, slots=True)
class Protocol:
    """A protocol as it was read; frozen by `sha256`, the hash of its text."""

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

    @property
    def sha256(self) -> str:
        """Hex digest of the protocol's text."""
        return hashlib.sha256(self.text).hexdigest()

    @property
    def sources(self) -> dict[str, Source]:
        """Inputs and reference together, by name."""
        return {**self.inputs, **self.reference}

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
            root = _Table("", tomllib.loads(text.decode("utf-8")))
        except UnicodeDecodeError as error:
            raise ProtocolError(f"byte {error.start} is not UTF-8") from None
        except tomllib.TOMLDecodeError as error:
            raise ProtocolError(f"not TOML: {error}") from None
        return _protocol(root, text)


class _Table:
    """A TOML table that is emptied as it is read; what is left over is refused by name."""

    def __init__(self, where: str, content: object) -> None:
        if not isinstance(content, dict):
            raise ProtocolError(f"{where}: must be a table, not {content!r}")
        self.where, self._left = where, dict(content)
        self._known: list[str] = []

    def __contains__(self, key: str) -> bool:
        return key in self._left

    def place(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key

    def take(
        self,
        key: str,
        read: Callable[[object], object],
        default: object = None,
        *,
        must: bool = False,
    ) -> Any:
        """The value of `key` as `read` makes it; `read` raises `ValueError` saying what is wrong."""
        self._known.append(key)
        if key not in self._left:
            if must:
                raise ProtocolError(f"{self.place(key)}: is missing")
            return default
        try:
            return read(self._left.pop(key))
        except ValueError as error:
            raise ProtocolError(f"{self.place(key)}: {error}") from None

    def table(self, key: str, *, must: bool = False) -> _Table:
        return _Table(self.place(key), self.take(key, lambda content: content, {}, must=must))

    def tables(self) -> dict[str, _Table]:
        """The rest of this table: name → table."""
        named = {key: _Table(self.place(key), content) for key, content in self._left.items()}
        self._left = {}
        for key in named:
            if not _NAME.fullmatch(key):
                raise ProtocolError(
                    f"{self.place(key)}: {key!r} is no name (letters, digits and _, no digit first)"
                )
        return named

    def done(self) -> None:
        if self._left:
            known = ", ".join(self._known)
            raise ProtocolError(
                f"{self.place(next(iter(self._left)))}: unknown key (known here: {known})"
            )


def _protocol(root: _Table, text: bytes) -> Protocol:
    head = root.table("protocol", must=True)
    stream = root.table("stream")
    made = Protocol(
        name=head.take("name", _title, must=True),
        version=head.take("version", _text, must=True),
        disclosure=head.take("disclosure", _one_of(DISCLOSURES), "verdict"),
        step_ns=stream.take("step", _step, 10_000_000),
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
    )
    for table in (head, stream, root):
        table.done()
    _check_names(made)
    return made


def _source(table: _Table) -> Source:
    source = Source(
        signal=table.take("signal", _text, must=True),
        unit=table.take("unit", _unit),
        bus=table.take("bus", _bus),
        valid=table.take("valid", _formula),
        max_gap_ns=table.take("max_gap", duration_ns),
        scale=table.take("scale", _number, 1.0),
        offset=table.take("offset", _number, 0.0),
    )
    table.done()
    return source


def _output(table: _Table) -> Output:
    output = Output(
        table.take("kind", _one_of(("event", "value")), must=True), table.take("unit", _unit, "")
    )
    table.done()
    return output


def _requirement(table: _Table) -> Requirement:
    require = Requirement(
        table.take("pass_rate", _share, must=True), table.take("confidence", _share, must=True)
    )
    table.done()
    return require


def _allowance(table: _Table) -> Allowance:
    usual = Allowance()
    allowance = Allowance(
        memory_bytes=table.take("memory", size_bytes, usual.memory_bytes),
        cpu_ns_per_hour=table.take("cpu_per_hour_of_recording", duration_ns, usual.cpu_ns_per_hour),
        wall_ns_per_hour=table.take("wall_per_hour_of_recording", duration_ns),
    )
    table.done()
    return allowance


def _criteria(root: _Table) -> tuple[Criterion, ...]:
    listed = root.take("criteria", _list, must=True)
    criteria = tuple(
        _criterion(_Table(f"criteria[{index + 1}]", content))
        for index, content in enumerate(listed)
    )
    seen: set[str] = set()
    for criterion in criteria:
        if criterion.id in seen:
            raise ProtocolError(f"criteria: two are called {criterion.id!r}")
        seen.add(criterion.id)
    return criteria


def _criterion(table: _Table) -> Criterion:
    name = table.take("id", _text, must=True)
    table.where = f"criteria {name!r}"
    title = table.take("title", _title, {"en": name})
    if ("stl" in table) == ("metric" in table):
        raise ProtocolError(f"{table.where}: give either stl or metric")
    if "stl" in table:
        made = Criterion(
            name, title, stl=table.take("stl", _formula), unit=table.take("unit", _unit, "")
        )
    else:
        made = _metric(table, name, title)
    table.done()
    return made


def _metric(table: _Table, name: str, title: Mapping[str, str]) -> Criterion:
    metric = table.take("metric", _one_of(tuple(METRICS)), must=True)
    unit = table.take("unit", _unit, "")
    read = duration_seconds if metric == "detection_latency" else _number
    at_most, at_least = table.take("at_most", read), table.take("at_least", read)
    if (at_most is None) == (at_least is None):
        raise ProtocolError(f"{table.where}: give either at_most or at_least")
    events = METRICS[metric] == "event"
    return Criterion(
        id=name,
        title=title,
        metric=metric,
        of=table.take("of", _formula, must=True),
        against=table.take("against", _formula, must=True),
        tolerance_ns=table.take("tolerance", duration_ns, 0) if events else 0,
        quantile=table.take("quantile", _share, 0.5) if metric == "detection_latency" else 0.5,
        at_most=at_most,
        at_least=at_least,
        unit="s" if metric == "detection_latency" else unit,
    )


def _check_names(protocol: Protocol) -> None:
    """Every name is declared once, and every name that is used is declared."""
    if not protocol.criteria:
        raise ProtocolError("criteria: there is none")
    if protocol.outputs and not protocol.inputs:
        raise ProtocolError("inputs: there is none, though outputs are asked of an artefact")
    groups = (set(protocol.inputs), set(protocol.reference), set(protocol.outputs))
    for first, second in ((0, 1), (0, 2), (1, 2)):
        for name in sorted(groups[first] & groups[second]):
            raise ProtocolError(f"{name!r} is declared twice among inputs, reference and outputs")
    declared = set.union(*groups)
    for name in sorted(declared):
        if not _is_name(name):
            raise ProtocolError(f"{name!r} is a word of the formula language: call it otherwise")
    for criterion in protocol.criteria:
        for text in filter(None, (criterion.stl, criterion.of, criterion.against)):
            for name in sorted(stl.names(stl.parse(text)) - declared):
                listed = ", ".join(sorted(declared))
                raise ProtocolError(
                    f"criteria {criterion.id!r}: {name!r} is not declared (declared: {listed})"
                )


def _is_name(name: str) -> bool:
    try:
        return stl.names(stl.parse(name)) == {name}
    except FormulaError:
        return False


def duration_seconds(written: object) -> float:
    """A duration as seconds, for thresholds."""
    return duration_ns(written) / 1e9


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"must be a text, not {value!r}")
    return value


def _title(value: object) -> dict[str, str]:
    """A text, or a table of it by language; the report falls back on English, then on any."""
    if isinstance(value, dict) and value:
        for language in value:
            if language not in LANGUAGES:
                raise ValueError(f"unknown language {language!r} (known: {', '.join(LANGUAGES)})")
        return {language: _text(text) for language, text in value.items()}
    return {"en": _text(value)}


def _number(value: object) -> float:
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not abs(value) < float("inf")
    ):
        raise ValueError(f"must be a number, not {value!r}")
    return float(value)


def _share(value: object) -> float:
    number = _number(value)
    if not 0.0 < number < 1.0:
        raise ValueError(f"must lie between 0 and 1, both excluded, not {value!r}")
    return number


def _bus(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 255:
        raise ValueError(f"must be a bus number from 0 to 255, not {value!r}")
    return value


def _step(value: object) -> int:
    nanoseconds = duration_ns(value)
    if nanoseconds < 10_000:
        raise ValueError(f"{value!r} is too short: the least is 10us")
    return nanoseconds


def _unit(value: object) -> str:
    text = _text(value)
    if not known(text):
        raise ValueError(f"unknown unit {text!r}")
    return text


def _formula(value: object) -> str:
    text = _text(value)
    try:
        stl.parse(text)
    except FormulaError as error:
        raise ValueError(str(error)) from None
    return text


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError("must be a list of tables, each headed [[criteria]]")
    return value


def _one_of(choices: tuple[str, ...]) -> Callable[[object], str]:
    def read(value: object) -> str:
        if value not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}, not {value!r}")
        return str(value)

    return read
