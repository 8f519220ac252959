"""What an artefact is given, and when; what becomes of its answers."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trialbench.artefacts.bench import START, STEP, artefact, ramp, sandboxed, try_out
from trialbench.artefacts import Limits, Run, run
from trialbench.artefacts.conversation import Stopwatch
from trialbench.artefacts.feed import Feed
from trialbench.artefacts.harness import CONFIG, END, HEAD, Pipe, Steps
from trialbench.artefacts.harness import STEP as STEP_KIND
from trialbench.errors import ArtefactError
from trialbench.signal import Signal

REPORT = """
import json
def run(steps):
    for step in steps:
        new = {name: [times.tolist(), values.tolist()] for name, (times, values) in step.new.items()}
        print(json.dumps([step.time_ns, step.last, new]))
        yield {"y": step.last["x"]}
"""


@sandboxed
def test_an_artefact_gets_what_came_up_to_each_step_and_its_answers_become_a_signal() -> None:
    x = Signal(START + np.array([-5, 0, 1, STEP, STEP + 1, 3 * STEP]), [0.5, 1, 2, 3, 4, 5])
    late = Signal([START + 2 * STEP + 1], [7.0])
    trial = try_out(REPORT, {"x": x, "late": late}, steps=4)
    assert trial.failure is None
    steps = [json.loads(line) for line in trial.log.splitlines()]
    assert [time for time, _, _ in steps] == [0, STEP, 2 * STEP, 3 * STEP]
    assert [last["x"] for _, last, _ in steps] == [1, 3, 4, 5]
    assert [new["x"] for _, _, new in steps] == [
        [[-5, 0], [0.5, 1]], [[1, STEP], [2, 3]], [[STEP + 1], [4]], [[3 * STEP], [5]],
    ]  # fmt: skip
    assert str(steps[2][1]["late"]) == "nan"
    assert steps[3][1]["late"] == 7.0
    y = trial.outputs["y"]
    assert y.times_ns.tolist() == [START + k * STEP for k in range(4)]
    assert y.values.tolist() == [1, 3, 4, 5]


@sandboxed
def test_a_run_says_what_it_used_and_what_bounded_it() -> None:
    trial = try_out("s = sum(range(10**6))\n" + REPORT)
    assert trial.failure is None
    assert 0 < trial.cpu_s < 5
    assert 0 < trial.wall_s < 10
    assert trial.limiter == "rlimits"


@sandboxed
def test_numbers_of_every_kind_are_answers_and_nan_is_unknown() -> None:
    source = """
        import numpy as np
        def run(steps):
            for step, y in zip(steps, (True, 2, np.float32(0.5), np.array(4), float("nan"))):
                yield {"y": y}
    """
    trial = try_out(source)
    assert trial.failure is None
    np.testing.assert_array_equal(trial.outputs["y"].values, [1, 2, 0.5, 4, np.nan])


@sandboxed
def test_files_of_the_artefact_lie_beside_it() -> None:
    source = b"""
from pathlib import Path
from parts.inner import double
def run(steps):
    level = double(float(Path(__file__).with_name("level.txt").read_text()))
    for step in steps:
        yield {"a": level, "b": -level}
"""
    packed = artefact("", **{
        "detector.py": source, "level.txt": b"1.5", "parts/inner.py": b"def double(x): return 2 * x",
    })  # fmt: skip
    trial = run(packed, {}, ["b", "a"], start_ns=0, end_ns=STEP, step_ns=STEP)
    assert trial.failure is None
    assert {name: signal.values.tolist() for name, signal in trial.outputs.items()} == {
        "b": [-3, -3], "a": [3, 3],
    }  # fmt: skip


@sandboxed
def test_a_first_step_larger_than_a_pipe_goes_through() -> None:
    many = Signal(START - np.arange(10**6, 0, -1), np.ones(10**6))
    source = """
        def run(steps):
            for step in steps:
                yield {"y": step.new["x"][1].sum()}
    """
    trial = try_out(source, {"x": many}, steps=2)
    assert trial.failure is None
    assert trial.outputs["y"].values.tolist() == [1e6, 0]


# Each sample's bits say which it is; the pattern is put together at run time, so that the search
# does not find itself.
MARK = 0x7E57AB1E << 32
SEARCH = """
import re, select, struct, sys
def marks():
    found, pattern = set(), re.compile(b"(....)" + re.escape(struct.pack("<I", ~0x81A854E1 & 0xFFFFFFFF)), re.S)
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            area, rights, *_ = line.split()
            begin, end = (int(bound, 16) for bound in area.split("-"))
            if rights.startswith("rw") and "[v" not in line:
                memory.seek(begin)
                found |= {struct.unpack("<I", m[1])[0] for m in pattern.finditer(memory.read(end - begin))}
    return found
def run(steps):
    kept = []
    for number, step in enumerate(steps):
        kept.append(step.new["x"])
        waiting = select.select([int(sys.argv[1])], [], [], 0.05)[0] if number == 3 else []
        found = marks() if number == 3 else ()
        if found: print(sorted(found & set(range(100))), waiting)
        yield {"y": 0.0}
"""


@sandboxed
def test_no_later_sample_is_anywhere_in_its_memory_nor_waits_in_the_pipe() -> None:
    values = (MARK | np.arange(10, dtype=np.int64)).view(np.float64)
    x = Signal(START + STEP * np.arange(10, dtype=np.int64), values)
    trial = try_out(SEARCH, {"x": x}, steps=10)
    assert trial.failure is None, trial
    assert trial.log == "[0, 1, 2, 3] []\n"


def test_a_kind_that_cannot_be_run_yet_is_refused() -> None:
    made = artefact("")
    fmu = type(made)("car", "1", "fmu", "car.fmu", (), {}, "")
    with pytest.raises(
        ArtefactError, match=r"artefact kind 'fmu' is not supported by this version"
    ):
        run(fmu, {}, ["y"], start_ns=0, end_ns=1, step_ns=1, limits=Limits())


class _Told(Pipe):
    """The harness's pipe, fed from a list."""

    def __init__(self, messages: list[bytes]) -> None:
        super().__init__(0, 0)
        self._messages = iter(messages)

    def receive(self) -> tuple[int, bytes]:
        message = next(self._messages, HEAD.pack(END, 0))
        kind, size = HEAD.unpack_from(message)
        assert len(message) == HEAD.size + size
        return kind, message[HEAD.size :]


samples = st.lists(st.tuples(st.integers(-20, 120), st.floats(allow_nan=False)), max_size=30).map(
    lambda pairs: sorted(pairs, key=lambda pair: pair[0])
)


@settings(max_examples=150, deadline=None)
@given(st.lists(samples, max_size=3), st.integers(-5, 5), st.integers(1, 40), st.integers(0, 100))
def test_each_sample_is_new_once_and_last_is_the_newest(
    inputs: list[list[tuple[int, float]]], start: int, step: int, length: int
) -> None:
    signals = {
        f"s{i}": Signal(np.array([t for t, _ in one], np.int64), np.array([v for _, v in one]))
        for i, one in enumerate(inputs)
    }
    feed = Feed(signals, start, start + length, step)
    asked = list(feed.questions())
    assert len(asked) == feed.steps == length // step + 1
    assert len({token for token, _ in asked}) == len(asked)
    steps = Steps(_Told([message for _, message in asked]), list(signals), step)
    seen: dict[str, list[tuple[int, float]]] = {name: [] for name in signals}
    for k, given_step in enumerate(steps):
        assert given_step.time_ns == k * step
        for name, (times, values) in given_step.new.items():
            seen[name] += zip((times + start).tolist(), values.tolist(), strict=True)
            newest = [v for t, v in inputs[int(name[1:])] if t <= start + k * step][-1:]
            np.testing.assert_equal(given_step.last[name], newest[0] if newest else np.nan)
        steps.token = None
    last = start + (feed.steps - 1) * step
    assert list(seen.values()) == [[(t, v) for t, v in one if t <= last] for one in inputs]


def test_blocks_of_steps_join_without_a_seam() -> None:
    feed = Feed({"x": ramp(9000)}, START, START + 8999 * STEP, STEP)
    kinds = {HEAD.unpack_from(message)[0] for _, message in feed.questions()}
    sizes = {len(message) for _, message in feed.questions()}
    assert (kinds, sizes) == ({STEP_KIND}, {HEAD.size + 8 + 4 + 16})
    assert CONFIG not in kinds
    values = [np.frombuffer(message[-8:], "<f8")[0] for _, message in feed.questions()]
    assert values == list(range(9000))


@pytest.mark.parametrize(("answer", "told"), [("0.3", "0.3"), ("2", "2"), ("-1", "-1")])
def test_an_event_between_or_beyond_0_and_1_fails(answer: str, told: str) -> None:
    source = (
        f"def run(steps):\n  for k, _ in enumerate(steps): yield {{'y': {answer} if k == 2 else 1}}"
    )
    failure = answered(source, ["y"]).failure
    assert failure is not None
    assert (failure.code, failure.at_ns) == ("output", START + 2 * STEP)
    assert failure.detail == f"answered {told} for an event, which is 0 or 1 (or nan, unknown)"
    assert answered(source, []).failure is None


def test_an_event_may_be_0_or_1_or_unknown() -> None:
    source = "def run(steps):\n  for k, _ in enumerate(steps): yield {'y': [0, True, float('nan')][k % 3]}"
    assert answered(source, ["y"]).failure is None


def answered(source: str, events: list[str]) -> Run:
    times = {"start_ns": START, "end_ns": START + 4 * STEP, "step_ns": STEP}
    return run(artefact(source), {"x": ramp()}, ["y"], **times, events=events)


def test_time_without_a_processor_is_not_the_artefacts(monkeypatch: pytest.MonkeyPatch) -> None:
    now, starved = [100.0], [7.0]
    monkeypatch.setattr("trialbench.artefacts.conversation.time.monotonic", lambda: now[0])
    watch = Stopwatch(lambda: starved[0])
    now[0], starved[0] = 110.0, 16.5
    assert watch.elapsed_s() == 0.5
    assert not watch.is_beyond(1.0)
    now[0] = 110.6
    assert watch.is_beyond(1.0)


def test_sleeping_counts_as_time_and_waiting_for_a_processor_is_counted_by_the_kernel() -> None:
    source = (
        "import time\ndef run(steps):\n  for _ in steps:\n    time.sleep(0.02)\n    yield {'y': 1}"
    )
    found = answered(source, ["y"])
    assert found.failure is None
    assert found.wall_s >= 0.09
