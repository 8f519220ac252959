"""The loops on arrays longer than their blocks, against numpy."""

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from trialbench.stl import kernels, untils

VALUES = np.random.default_rng(7).integers(-99, 99, 7001) * 1.0


@pytest.mark.parametrize("width", [2, 3, 50, 101, 2400, 7000, 7001])
def test_the_extremum_of_every_window_of_cells(width):
    windows = sliding_window_view(VALUES, width)
    assert np.array_equal(kernels.slide_cells(VALUES, width, highest=False), windows.min(1))
    assert np.array_equal(kernels.slide_cells(VALUES, width, highest=True), windows.max(1))


@pytest.mark.parametrize("size", [1, 1999, 2000, 7001])
@pytest.mark.parametrize("after", [-np.inf, -98.5, 98.5, np.inf])
def test_the_extremum_from_each_value_on(size, after):
    values = VALUES[-size:]
    least = np.minimum(np.minimum.accumulate(values[::-1])[::-1], after)
    most = np.maximum(np.maximum.accumulate(values[::-1])[::-1], after)
    assert np.array_equal(kernels.scan(values.copy(), after, highest=False), least)
    assert np.array_equal(kernels.scan(values.copy(), after, highest=True), most)


@pytest.mark.parametrize("size", [1, 799, 800, 801, 7001])
@pytest.mark.parametrize("after", [-np.inf, 0.0, np.inf])
@pytest.mark.parametrize("apart", [-20, 90, 150])
def test_the_until_from_each_value_on(size, after, apart):
    left, right = VALUES[-size:] + apart, VALUES[:size] - apart
    expected, best = [], after
    for a, b in zip(left[::-1], right[::-1], strict=True):
        best = min(a, max(b, best))
        expected.append(best)
    assert untils.scan_until(left, right, after).tolist() == expected[::-1]


@pytest.mark.parametrize(
    ("near", "far"),
    [(0, 0), (0, 2), (0, 3), (2, 9), (0, 100), (1, 1), (30, 700), (900, 3400), (0, 7000)],
)
@pytest.mark.parametrize("apart", [-20, 90, 150])
def test_the_until_inside_every_window_of_cells(near, far, apart):
    left, right = VALUES + apart, VALUES[::-1] - apart
    size = VALUES.size - far
    lasting, best = np.full(size, np.inf), np.full(size, -np.inf)
    for cell in range(far + 1):
        lasting = np.minimum(lasting, left[cell : cell + size])
        if cell >= near:
            best = np.maximum(best, np.minimum(lasting, right[cell : cell + size]))
    lo, hi = untils.until_cells((left, left), (right, right), near, far)
    assert hi is lo
    assert np.array_equal(lo, best)
    raw = (left + 5, left + 6), (7 - right, 6 - right)
    lo, hi = untils.until_cells(*raw, near, far, levels=(1.0, 5.0, -1.0, 7.0))
    assert np.array_equal(lo, best)
    assert np.array_equal(hi, best + 1)


def test_a_scan_leaves_a_signal_s_own_values_alone():
    values = VALUES.copy()
    values.flags.writeable = False
    kernels.scan(values, 0.0, highest=True)
    assert np.array_equal(values, VALUES)


def test_the_union_and_the_values_on_it():
    a, b = np.array([0, 3, 5, 9]), np.array([0, 4, 5])
    grid = kernels.union(a, b)
    assert grid.tolist() == [0, 3, 4, 5, 9]
    assert kernels.resample(b, np.array([1.0, 2, 3]), grid).tolist() == [1, 1, 2, 3, 3]
