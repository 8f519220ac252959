"""Times in decimals are rounded to the nearest nanosecond, never cut."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trialbench.readers import read
from trialbench.readers.text import decimal_ns, float_ns

LATEST_S = 9_223_372_035
unhurried = settings(deadline=None)  # the first example compiles


def kernel(read_ns: Any, text: str) -> int:
    """What a kernel makes of a number; the whole of it must be read."""
    value, end = read_ns(np.frombuffer(text.encode() + b"\n", np.uint8), 0, 9)
    assert end == len(text)
    return int(value)


def nearest(text: str) -> int:
    return round(Decimal(text) * 10**9)


@unhurried
@given(st.floats(0, LATEST_S))
@example(0.1 + 0.1 + 0.1)
@example(1.0999999999999999)
@example(1.0000000005)
@example(1.0000000015)
@example(5e-10)
@example(9.5e-10)
@example(1e-05)
@example(5e-324)
def test_a_float_that_was_printed_is_read_to_the_nearest_nanosecond(time: float) -> None:
    assert kernel(float_ns, repr(time)) == nearest(repr(time))


@unhurried
@given(st.decimals(0, LATEST_S, allow_nan=False, allow_infinity=False, places=14))
def test_further_digits_are_rounded(time: Decimal) -> None:
    assert kernel(decimal_ns, f"{time:f}") == nearest(f"{time:f}")


@pytest.mark.parametrize("text", ["99999999999.0", "1e20", "9223372036.8547758075"])
def test_what_does_not_fit_is_refused(text: str) -> None:
    assert kernel(float_ns, text) == -1


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".log", "(1.0999999999999999) can0 123#11\n"),
        (".asc", "date x\nbase hex timestamps absolute\n1.0999999999999999 1 123 Rx d 1 11\n"),
        (".trc", ";$FILEVERSION=1.1\n;$STARTTIME=25569.0\n 1) 1099.9999999999999 Rx 0123 1 11\n"),
        (".csv", "timestamp,arbitration_id,extended,remote,error,dlc,data\n1.0999999999999999,0x123,0,0,0,1,EQ==\n"),
    ],
)  # fmt: skip
def test_every_format_rounds(tmp_path: Path, suffix: str, text: str) -> None:
    path = tmp_path / f"drive{suffix}"
    path.write_text(text)
    assert read(path).start_ns == 1_100_000_000
