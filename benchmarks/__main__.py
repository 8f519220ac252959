"""`make bench`: every row beside its peer, printed and written to RESULTS.md."""

from __future__ import annotations

import argparse
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks import Row, decoding, history, onnx_windows, pages, sandbox, shell, stl

RESULTS = Path(__file__).with_name("RESULTS.md")
HEADINGS = (
    *("work", "peer", "peer, µs", "ours, µs", "for one", "times faster", "least", "peak MB"),
    *("calls, × the peer's", "wall, µs"),
)
PEERS = ("rtamt", "python-can", "cantools", "asammdf", "onnxruntime", "numpy", "numba")


def main() -> None:
    """Run what is asked for; only a whole run is written down."""
    modules = {
        "stl": stl,
        "decoding": decoding,
        "sandbox": sandbox,
        "onnx": onnx_windows,
        "shell": shell,
        "history": history,
        "pages": pages,
    }
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("only", nargs="*", choices=[*modules, []], help="default: all")
    chosen = parser.parse_args().only or list(modules)
    lines = [f"| {' | '.join(HEADINGS)} |", "|---|---|--:|--:|---|--:|--:|--:|--:|--:|"]
    print("\n".join(lines))
    for name in chosen:
        for row in modules[name].rows():
            lines.append(line(row))
            print(lines[-1], flush=True)
    if len(chosen) == len(modules):
        RESULTS.write_text("\n".join([*head(), *lines]) + "\n")
        print(f"\nwritten to {RESULTS.name}")


def line(row: Row) -> str:
    """A row of the table; a missed least is marked."""
    least = f"{row.least:g}" if row.least else "–"
    missed = " **missed**" if row.missed else ""
    peak = f"{row.peak_mb:,.0f}" if row.peak_mb else "–"
    calls = f"{row.calls:.3g}" if row.calls else "–"
    wall = f"{row.wall * 1e6:,.4g}" if row.wall else "–"
    return (
        f"| {row.work} | {row.peer_name} | {row.peer * 1e6:,.4g} | {row.ours * 1e6:,.4g} | {row.unit} "
        f"| {row.ratio:,.3g}{missed} | {least} | {peak} | {calls} | {wall} |"
    )


def head() -> list[str]:
    """When, with what and on what it was measured."""
    versions = ", ".join(f"{name} {version(name)}" for name in PEERS)
    with Path("/proc/cpuinfo").open() as info:
        processor = next(
            (text.split(":")[1].strip() for text in info if text.startswith("model name")), "?"
        )
    return [
        "# Measured by `make bench`",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {versions}, on {processor}.",
        "Peer and bench ran in the same run on the same input; times are for one unit of the work, at best.",
        "",
    ]


if __name__ == "__main__":
    main()
