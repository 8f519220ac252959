"""Room for long results."""

import numpy as np
import pytest

from trialbench.stl import memory


@pytest.mark.parametrize("size", [3, 600_000])
@pytest.mark.parametrize("dtype", [np.float64, np.int64])
def test_room_can_be_written_and_outlives_its_maker(size, dtype):
    made = memory.room(size, dtype)
    made[:] = 7
    assert (made.size, made.dtype, made.flags.writeable) == (size, dtype, True)
    assert made[:: size - 1].tolist() == [7, 7]


def test_long_room_begins_at_a_huge_page():
    if memory.ADVICE is None:
        pytest.skip("this system has no huge pages to advise")
    assert memory.room(600_000, np.float64).ctypes.data % memory.HUGE == 0


def test_without_huge_pages_there_is_room_too(monkeypatch):
    monkeypatch.setattr(memory, "ADVICE", None)
    assert memory.room(600_000, np.float64).size == 600_000


def test_pages_that_nobody_holds_are_taken_again(monkeypatch):
    monkeypatch.setattr(memory, "_spare", [])
    made = memory.room(600_000, np.float64)
    view, address = made[5:], made.ctypes.data
    del made
    assert memory.room(600_000, np.float64).ctypes.data != address
    del view
    assert memory.room(2_000_000, np.float64).ctypes.data != address
    addresses = {memory.room(600_000, np.int64).ctypes.data for _ in range(3)}
    assert address in addresses


def test_few_pages_are_kept_waiting(monkeypatch):
    monkeypatch.setattr(memory, "_spare", [])
    monkeypatch.setattr(memory, "KEPT", 0)
    memory.room(600_000, np.float64)
    assert memory._spare == []


def test_what_grows_takes_no_room_while_it_is_one_number():
    growing = memory.Growing(memory.uniform(2.0, 3), 8)
    growing.prepend(memory.uniform(2.0, 2))
    assert (growing.values.tolist(), memory.is_uniform(growing.values)) == ([2.0] * 5, True)
    growing.prepend(memory.uniform(1.0, 1))
    growing.prepend(np.array([3.0, 4.0]))
    assert growing.values.tolist() == [3.0, 4.0, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0]
    assert not memory.is_uniform(growing.values)


def test_what_is_one_number_cannot_be_written():
    with pytest.raises(ValueError, match="read-only"):
        memory.uniform(2.0, 3)[0] = 1.0
