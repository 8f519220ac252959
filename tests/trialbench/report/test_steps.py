import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from trialbench.report.steps import COLUMNS, Window, merged, reduced, shown, steps
from trialbench.signal import Signal

S = 10**9


def at(signal, when):
    """The value held at an instant."""
    index = np.searchsorted(signal.times_ns, when, side="right") - 1
    return signal.values[index] if index >= 0 else np.nan


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(5000, 40_000), st.integers(0, 400))
def test_a_reduced_signal_keeps_the_extremes_of_every_column(seed, count, holes):
    random = np.random.default_rng(seed)
    places = np.sort(random.random(count))
    values = random.normal(size=count)
    values[random.integers(0, count, holes)] = np.nan
    short_places, short = reduced(places, values)
    assert short.size <= 3 * COLUMNS
    column, kept = (
        np.minimum(at * COLUMNS, COLUMNS - 1).astype(int) for at in (places, short_places)
    )
    for one in np.unique(column):
        before, after = values[column == one], short[kept == one]
        if not np.isnan(before).all():
            assert np.nanmin(before) == np.nanmin(after)
            assert np.nanmax(before) == np.nanmax(after)
        np.testing.assert_equal(before[-1], after[-1])


def test_a_peak_of_one_sample_in_a_million_survives():
    times = np.arange(1_000_000) * 1000
    values = np.zeros(1_000_000)
    values[777_777] = 9.0
    made = steps(Signal(times, values), [], Window(0, 10**9))
    assert made.values.size < 4 * COLUMNS
    assert made.known.max() == 9.0
    assert abs(made.places[np.argmax(made.values)] - 0.777777) < 1 / COLUMNS


def test_a_short_signal_is_drawn_as_it_is():
    made = steps(Signal([0, 3 * S, 5 * S], [1.0, 2.0, 4.0]), [], Window(0, 10 * S))
    assert made.places.tolist() == [0.0, 0.3, 0.5]
    assert made.values.tolist() == [1.0, 2.0, 4.0]
    assert made.unknown.size == 0


def test_a_window_begins_with_the_value_held_there():
    made = steps(Signal([0, 3 * S, 9 * S], [1.0, 2.0, 4.0]), [], Window(5 * S, 8 * S))
    assert made.places.tolist() == [0.0]
    assert made.values.tolist() == [2.0]


def test_before_its_first_sample_a_signal_is_unknown():
    made = steps(Signal([4 * S], [1.0]), [], Window(0, 10 * S))
    assert made.unknown.tolist() == [[0.0, 0.4]]
    assert np.isnan(made.values[0])


def test_a_signal_without_samples_is_unknown_throughout():
    assert steps(Signal([], []), [], Window(0, 10 * S)).unknown.tolist() == [[0.0, 1.0]]


def test_an_unknown_stretch_hides_its_samples_and_gives_the_held_value_back():
    signal = Signal([0, 3 * S, 4 * S], [1.0, 2.0, 3.0])
    made = steps(signal, [(2 * S, 5 * S)], Window(0, 10 * S))
    assert made.unknown.tolist() == [[0.2, 0.5]]
    assert made.known.tolist() == [1.0, 3.0]
    assert made.places[-1] == 0.5


def test_a_stretch_unknown_to_the_end_gives_nothing_back():
    made = steps(Signal([0], [1.0]), [(8 * S, 10 * S + 1)], Window(0, 10 * S))
    assert made.unknown.tolist() == [[0.8, 1.0]]
    assert made.known.tolist() == [1.0]


def test_nan_and_infinities_are_unknown():
    made = steps(Signal([0, S, 2 * S, 3 * S], [1.0, np.nan, np.inf, 4.0]), [], Window(0, 10 * S))
    assert made.unknown.tolist() == [[0.1, 0.3]]


def test_of_samples_at_one_instant_the_last_counts():
    made = steps(Signal([0, S, S], [1.0, 2.0, 3.0]), [], Window(0, 2 * S))
    assert made.values.tolist() == [1.0, 3.0]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 20)), max_size=8),
    st.lists(st.tuples(st.integers(0, 60), st.floats(-9, 9)), max_size=8),
)
def test_what_is_drawn_is_what_is_known(lengths, samples):
    """At every instant the drawing shows the held value, or nothing where it is unknown."""
    unknown = [(first * S, (first + length) * S) for first, length in lengths]
    samples.sort(key=lambda sample: sample[0])
    signal = Signal([time * S for time, _ in samples], [value for _, value in samples])
    made = steps(signal, unknown, Window(0, 50 * S))
    for half in range(1, 100, 2):
        when = half * S // 2
        index = np.searchsorted(made.places, when / (50 * S), side="right") - 1
        hidden = any(first <= when < last for first, last in unknown)
        np.testing.assert_equal(made.values[index], np.nan if hidden else at(signal, when))


def test_intervals_that_nobody_could_tell_apart_are_one():
    close = np.array([[0.1, 0.2], [0.2004, 0.3], [0.5, 0.6], [0.55, 0.56]])
    assert merged(close).tolist() == [[0.1, 0.3], [0.5, 0.6]]


def test_what_lies_outside_of_the_window_is_left_out():
    spans = [(0, S), (4 * S, 7 * S), (20 * S, 30 * S)]
    assert shown(spans, Window(5 * S, 15 * S)).tolist() == [[0.0, 0.2]]
    assert shown([], Window(0, S)).size == 0


def test_a_window_of_no_length_still_has_places():
    assert Window(7, 7).place(np.array([7])).tolist() == [0.0]
