"""Formulas judged, beside RTAMT: evenly sampled, unevenly, with gaps, bounded until.

Ours counts everything from the text on: parsing, both bounds as spans, the verdict; in the short row
(until, 1e4 samples) everything from the formula on, parsed once before, as RTAMT's is in every row.
Copying the spans into the arrays `.lo`, `.hi` and `.times_ns`, done when they are asked for, is not
counted (some 5 ns a sample). RTAMT's time is that of `evaluate` alone, on as many samples as end in
reasonable time; its cost a sample does not fall with more of them (the dense-time monitor's rises).
"""

from __future__ import annotations

import logging
import time
import tracemalloc
import warnings
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks import Row, best
from trialbench.signal import NS, Signal
from trialbench.stl import Formula, Unknown, memory, parse, robustness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ALWAYS = "always[0:100](a > 0.5)"
RESPONSE = "always((a > 0.5) -> eventually[0:100](b > 0.5))"
NESTED = "always[0:100](eventually[0:100](a > 0.5))"
UNTIL = "(a > 0.1) until[0:100] (b > 0.9)"
GAPS = {
    "a": [Unknown(NS * 300_000, NS * 301_000, "gap"), Unknown(NS * 700_000, NS * 702_000, "gap")]
}


def rows() -> Iterator[Row]:
    many = _even(1_000_000)
    for work, formula in (("always", ALWAYS), ("response", RESPONSE), ("nested windows", NESTED)):
        peer = _discrete(formula, 20_000)
        yield _row(f"{work}, 1e6 samples", "rtamt discrete, 2e4", peer, formula, many, 1000)
    peer = _discrete(RESPONSE, 20_000)
    gaps = partial(robustness, unknown=GAPS)
    yield _row("response with gaps, 1e6", "rtamt discrete, 2e4", peer, RESPONSE, many, 1000, gaps)
    peer = _discrete(UNTIL, 10_000)
    few, parsed = _even(10_000), parse(UNTIL)
    yield _row("bounded until, 1e4, parsed", "rtamt discrete, 1e4", peer, parsed, few, 100_000)
    yield _row("bounded until, 1e6", "rtamt discrete, 1e4", peer, UNTIL, many, 100_000)
    for work, formula in (("always", ALWAYS), ("response", RESPONSE)):
        peer = _dense(formula, 100_000)
        yield _row(
            f"{work}, uneven, 1e5", "rtamt dense, 1e5", peer, formula, _uneven(100_000), 3000
        )


def _row(
    work: str,
    peer_name: str,
    peer: float,
    formula: str | Formula,
    signals: Mapping[str, Signal],
    least: float,
    judge: Callable[..., Any] = robustness,
) -> Row:
    def run() -> None:
        parse.cache_clear()
        judge(formula, signals)

    samples = max(map(len, signals.values()))
    run()  # compiled kernels are loaded once a process
    ours = best(run, 20) / samples
    return Row(work, peer_name, peer, ours, "sample", least, _peak_mb(run))


def _peak_mb(run: Callable[[], None]) -> float:
    """All that is held at once, the signals themselves aside; without huge pages, which go untraced."""
    advice, memory.ADVICE = memory.ADVICE, None  # type: ignore[misc]
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    memory.ADVICE = advice  # type: ignore[misc]
    return peak


def _even(n: int) -> dict[str, Signal]:
    rng = np.random.default_rng(1)
    return {name: Signal(NS * np.arange(n), rng.random(n)) for name in "ab"}


def _uneven(n: int) -> dict[str, Signal]:
    rng = np.random.default_rng(2)
    times = {name: np.cumsum(rng.integers(NS // 2, 3 * NS // 2, n)) for name in "ab"}
    return {name: Signal(times[name] - times[name][0], rng.random(n)) for name in "ab"}


def _monitor(kind: str, formula: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its generated parser is of another age
        import rtamt
    spec = getattr(rtamt, kind)()
    for name in ("a", "b", "out"):
        spec.declare_var(name, "float")
    spec.spec = f"out = {formula}"
    logging.disable(logging.WARNING)
    spec.parse()
    return spec


def _discrete(formula: str, n: int) -> float:
    """Seconds a sample of RTAMT's discrete-time offline monitor."""
    signals = _even(n)
    data = {"time": list(range(n)), **{name: s.values.tolist() for name, s in signals.items()}}
    spec = _monitor("StlDiscreteTimeSpecification", formula)
    begin = time.perf_counter()
    spec.evaluate(data)
    return (time.perf_counter() - begin) / n


def _dense(formula: str, n: int) -> float:
    """Seconds a sample of RTAMT's dense-time offline monitor."""
    traces = [
        [
            name,
            [
                list(pair)
                for pair in zip((s.times_ns / NS).tolist(), s.values.tolist(), strict=True)
            ],
        ]
        for name, s in _uneven(n).items()
    ]
    spec = _monitor("StlDenseTimeSpecification", formula)
    begin = time.perf_counter()
    spec.evaluate(*traces)
    return (time.perf_counter() - begin) / n
