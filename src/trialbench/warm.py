"""Compile every kernel once, at installation, so that the first trial does not wait for it.

numba keeps what it compiles beside the package, or in the user's cache where that is read-only.
"""

from __future__ import annotations

import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

import can
import numpy as np

from trialbench.readers import read
from trialbench.signal import Signal
from trialbench.stl import Unknown, robustness

_FORMULAS: Final = (
    "always[0:30ms](x > 0.5)",
    "always((x > 0.5) -> eventually[0:30ms](y > 0.5))",
    "(x > 0) until[0:30ms] (y > 0)",
    "(x + y > 0) until[0:30ms] (y > 0)",  # of arrays that are written and a signal's own
    "(x > 0) until[0:30ms] (x + y > 0)",
    "(x > 0) since[0:30ms] (y > 0)",
    "always(once[0:30ms](x > 0) or historically[0:30ms](abs(x * y / 2) < min(x, y) + sqrt(y)))",
    "(eventually(x > 0)) and ((x > 0) until (y > 0)) or once(x > y - 1) iff ((x > 0) since (y > 0))",
    "rise(x > 0.5) xor fall(y == 0.5)",
)
_DBC: Final = """VERSION ""
BO_ 291 Intel: 8 Car
 SG_ a : 0|12@1+ (0.1,0) [0|0] "" Car
 SG_ b : 12|12@1- (1,0) [0|0] "" Car
BO_ 292 Motorola: 8 Car
 SG_ m M : 7|8@0+ (1,0) [0|0] "" Car
 SG_ c m0 : 15|16@0- (1,0) [0|0] "" Car
BO_ 2147484000 Long: 64 Car
 SG_ d : 400|64@1+ (1,0) [0|0] "" Car
BA_ "VFrameFormat" BO_ 2147484000 3;
"""


_TABLE: Final = "plain.csv"
_FORMATS: Final = ("asc", "log", "mf4", "blf", "trc", "csv", _TABLE)


def main() -> None:
    """Use each fast path on a small input, two at a time; the longest first."""
    with ProcessPoolExecutor(2) as side_by_side:
        parts = [side_by_side.submit(_judge_every_operator)]
        parts += [side_by_side.submit(_read, ending) for ending in _FORMATS]
        for part in parts:
            part.result()


def _judge_every_operator() -> None:
    steps = np.arange(400)
    noise = np.random.default_rng(0)
    for times in (steps * 10_000_000, np.cumsum(noise.integers(1, 9_000_000, steps.size))):
        signals = {name: Signal(times, noise.normal(1.0, 0.5, steps.size)) for name in ("x", "y")}
        for gap in ({}, {"x": [Unknown(int(times[100]), int(times[120]), "gap")]}):
            for formula in _FORMULAS:
                found = robustness(formula, signals, unknown=gap)
                _ = found.hi, found.violations, found.cause


def _read(ending: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, dbc = Path(folder, f"warm.{ending}"), Path(folder, "warm.dbc")
        dbc.write_text(_DBC)
        if ending == _TABLE:
            path.write_text("time,x\n0,1\n")
        else:
            with can.Logger(str(path)) as logger:
                for index in range(60):
                    flexible = ending in ("log", "asc", "blf")
                    logger.on_message_received(_message(index, flexible=flexible))
        for signal in read(path, dbc=dbc).signals.values():
            len(signal)


def _message(index: int, *, flexible: bool) -> can.Message:
    long = flexible and index % 3 == 2
    return can.Message(
        timestamp=1.0 + index / 100 - (index == 30),  # one stamp that lies
        arbitration_id=352 if long else 291 + index % 2,
        is_extended_id=long,
        is_fd=long,
        data=bytes(64 if long else 8),
        channel=0,
    )


if __name__ == "__main__":
    main()
