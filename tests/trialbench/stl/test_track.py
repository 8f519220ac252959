"""Scans through spans, what follows them being unknown."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialbench.signal import Signal
from trialbench.stl import robustness, track
from trialbench.stl.track import Span


def scanned(values, low, high, highest):
    """The bounds of a scan through long cells that something between low and high follows."""
    cells = np.repeat(values, 600)
    body = Span(0, cells.size * 10, 10, None, cells, cells)
    (end,) = track.constant(body.stop, body.stop + 1, low, high)
    out = track.scan([body, end], highest)
    times = np.concatenate([span.begins() for span in out])
    lo, hi = (np.concatenate(bound) for bound in zip(*((s.lo, s.hi) for s in out), strict=True))
    at = np.searchsorted(times, np.arange(len(values)) * 6000, "right") - 1
    return lo[at].tolist(), hi[at].tolist()


@pytest.mark.parametrize(
    ("values", "low", "high", "highest", "lo", "hi"),
    [
        ([1.0, 2.0], -np.inf, np.inf, False, [-np.inf, -np.inf], [1.0, 2.0]),
        ([1.0, 2.0], -np.inf, np.inf, True, [2.0, 2.0], [np.inf, np.inf]),
        ([3.0, 1.0, 4.0], 2.0, np.inf, False, [1.0, 1.0, 2.0], [1.0, 1.0, 4.0]),
        ([3.0, 5.0, 1.0], -np.inf, 4.0, True, [5.0, 5.0, 1.0], [5.0, 5.0, 4.0]),
        ([1.0, 3.0, 4.0], 2.0, np.inf, False, [1.0, 2.0, 2.0], [1.0, 3.0, 4.0]),
        ([5.0, 3.0, 1.0], -np.inf, 4.0, True, [5.0, 3.0, 1.0], [5.0, 4.0, 4.0]),
        ([1.0, 3.0, 4.0], 2.0, 2.0, False, [1.0, 2.0, 2.0], [1.0, 2.0, 2.0]),
    ],
)
def test_what_follows_matters_until_a_value_surpasses_it(values, low, high, highest, lo, hi):
    assert scanned(values, low, high, highest) == (lo, hi)


def test_a_scan_with_doubt_from_the_first_cell_on_keeps_both_bounds():
    cells = np.array([2.0] + [9.0] * 999)
    body = Span(0, 10_000, 10, None, cells, cells)
    (end,) = track.constant(body.stop, body.stop + 1, 5.0, np.inf)
    first = track.scan([body, end], highest=False)[0]
    assert (first.lo[:2].tolist(), first.hi[:2].tolist()) == ([2.0, 5.0], [2.0, 9.0])


def test_the_worst_of_several_spans_is_the_first_of_the_least():
    values = np.ones(2000)
    values[[3, 1999]] = -1, 0
    result = robustness("always x > 0", {"x": Signal(np.arange(2000) * 10, values)})
    assert (result.worst_ns, result.margin) == (30, -1)


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=60), st.integers(-5, 5), st.booleans())
def test_the_last_value_that_reaches_a_bound_is_found(numbers, bound, highest):
    values = np.array(numbers, np.float64)
    reaching = np.flatnonzero(values >= bound if highest else values <= bound)
    if reaching.size:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(track, "NEAR", 2)
            assert track._last_beyond(values, bound, highest) == reaching[-1]
