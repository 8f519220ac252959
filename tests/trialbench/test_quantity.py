from __future__ import annotations

import pytest

from trialbench.quantity import duration_ns, size_bytes


@pytest.mark.parametrize(
    ("written", "nanoseconds"),
    [
        ("10ms", 10_000_000),
        ("2 s", 2 * 10**9),
        ("1.5us", 1500),
        ("1.5 µs", 1500),
        ("1.5 μs", 1500),
        ("１０ｍｓ", 10_000_000),
        ("1 h", 3600 * 10**9),
        (0.1, 100_000_000),
        ("3", 3 * 10**9),
    ],
)
def test_a_duration_is_read_exactly(written: object, nanoseconds: int) -> None:
    assert duration_ns(written) == nanoseconds


@pytest.mark.parametrize(
    "written", ["10 parsecs", "", "fast", None, True, float("nan"), float("inf"), -1, "-1s", [1]]
)
def test_what_is_no_duration_is_refused_with_an_example(written: object) -> None:
    with pytest.raises(ValueError, match=r"duration|negative"):
        duration_ns(written)


def test_a_size_is_read_in_both_kinds_of_thousands() -> None:
    assert size_bytes("1GiB") == 2**30
    assert size_bytes("200 MB") == 200_000_000


@pytest.mark.parametrize("written", ["1", "GiB", "1 GIBS", 1024])
def test_a_size_without_a_unit_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="size"):
        size_bytes(written)
