"""Recordings to decoded signals: the bench beside python-can with cantools, and beside asammdf."""

from __future__ import annotations

import gc
import tempfile
import time
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from tests.data import DATA

from benchmarks import Row, best
from trialbench.frames import Frames
from trialbench.readers import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TEXT_FRAMES = 2_000_000
BINARY_FRAMES = 400_000
PEER_FRAMES = 30_000
START_NS = 1_700_000_000_000_000_000


class Source(NamedTuple):
    """The frames that are repeated, the DBC that describes them, and what to call them."""

    name: str
    frames: Frames
    dbc: Path


def rows() -> Iterator[Row]:
    """From file to every signal decoded, DBC loading counted with ours and not with the peers."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        source = _source(here)
        text, binary = (
            _repeated(source.frames, TEXT_FRAMES),
            _repeated(source.frames, BINARY_FRAMES),
        )
        _write_candump(here / "all.log", text)
        _write_candump(here / "peer.log", _repeated(source.frames, PEER_FRAMES))
        yield _row("candump", source, here / "all.log", here / "peer.log", len(text), 20.0)
        (here / "all.log").unlink()
        _write_with_python_can(here / "all.blf", binary)
        _write_with_python_can(here / "peer.blf", _repeated(source.frames, PEER_FRAMES))
        yield _row("BLF", source, here / "all.blf", here / "peer.blf", len(binary), 5.0)
        _write_with_python_can(here / "all.mf4", binary)
        yield _mf4_row(source, here / "all.mf4", len(binary))


def _row(kind: str, source: Source, path: Path, peers_path: Path, frames: int, least: float) -> Row:
    peer = _python_can_and_cantools(peers_path, source.dbc)
    ours, peak = _ours(path, source.dbc)
    work = f"{kind} → all signals ({frames:,} {source.name} frames)"
    return Row(work, "python-can + cantools", peer, ours / frames, "frame", least, peak)


def _mf4_row(source: Source, path: Path, frames: int) -> Row:
    ours, peak = _ours(path, source.dbc)
    peer = _asammdf(path, source.dbc) / frames
    work = f"MF4 bus logging → all signals ({frames:,} {source.name} frames)"
    return Row(work, "asammdf", peer, ours / frames, "frame", 4.0, peak)


def _ours(path: Path, dbc: Path) -> tuple[float, float]:
    """Seconds, and peak memory in MB beyond what was there before."""

    def work() -> int:
        return sum(len(signal) for signal in read(path, dbc=dbc).signals.values())

    assert work() > 0
    seconds = best(work)
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return seconds, peak


def _python_can_and_cantools(path: Path, dbc: Path) -> float:
    """Seconds a frame, the values thrown away as soon as they are there."""
    import can
    import cantools

    database = cantools.database.load_file(dbc, strict=False)
    known = {message.frame_id: message for message in database.messages}

    def work() -> int:
        count = 0
        with can.LogReader(path) as reader:
            for frame in reader:
                count += 1
                message = known.get(frame.arbitration_id)
                if message is not None:
                    message.decode(frame.data, decode_choices=False, allow_truncated=True)
        return count

    return best(work, 3) / work()


def _asammdf(path: Path, dbc: Path) -> float:
    """Seconds for its own extraction of bus logging, and for getting every channel of it."""
    import asammdf
    from asammdf.blocks.utils import load_can_database

    database = load_can_database(dbc)

    def work() -> None:
        with asammdf.MDF(path) as recording:
            out = recording.extract_bus_logging({"CAN": [(database, 0)]})
            for index, group in enumerate(out.groups):
                channels = [(None, index, at) for at in range(1, len(group.channels))]
                out.select(channels, ignore_value2text_conversions=True)
            out.close()

    return _best_cold(work)


def _best_cold(work: Callable[[], object]) -> float:
    """The shorter of two runs, each with nothing left over from the one before."""
    seconds = []
    for _ in range(2):
        gc.collect()
        begin = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begin)
    return min(seconds)


def _source(folder: Path) -> Source:
    """The shared drive of the Mustang, or generated frames where it is not at hand."""
    if DATA.is_dir():
        frames = read(DATA / "mustang-s550" / "mustang_s550.log").frames
        assert frames is not None
        return Source("real (repeated)", frames, DATA / "opendbc" / "ford_lincoln_base_pt.dbc")
    dbc = folder / "generated.dbc"
    dbc.write_text("".join(_generated_message(identifier) for identifier in range(72)))
    draw = np.random.default_rng(1)
    n = 90_000
    return Source(
        "generated",
        Frames(
            np.arange(n, dtype=np.int64) * 800_000,
            np.zeros(n, np.uint8),
            draw.integers(0, 74, n).astype(np.uint32),
            np.zeros(n, np.uint8),
            np.full(n, 8, np.uint8),
            draw.integers(0, 256, (n, 8), np.uint8),
        ),
        dbc,
    )


def _generated_message(identifier: int) -> str:
    signals = "".join(
        f" SG_ S{identifier}_{at} : {8 * at + (0 if at % 2 else 7)}|{8 - at % 4}@{at % 2}+"
        f' (0.{at + 1},{-at}) [0|0] "" Y\n'
        for at in range(8)
    )
    return f"BO_ {identifier} Message{identifier}: 8 Y\n{signals}\n"


def _repeated(frames: Frames, n: int) -> Frames:
    """The frames over and over, time going on, until there are `n`."""
    times = -(-n // len(frames))
    span = int(frames.times_ns[-1] - frames.times_ns[0]) + 1_000_000
    columns = (np.concatenate([getattr(frames, name)] * times)[:n] for name in Frames.__slots__[1:])
    begin = frames.times_ns - frames.times_ns[0] + START_NS
    return Frames(np.concatenate([begin + k * span for k in range(times)])[:n], *columns)


def _write_candump(path: Path, frames: Frames) -> None:
    payloads = [data.tobytes().hex().upper() for data in frames.data]
    columns = zip(
        (frames.times_ns // 1000).tolist(), frames.ids.tolist(), frames.lengths.tolist(), payloads,
        strict=True,
    )  # fmt: skip
    with path.open("w") as file:
        file.writelines(
            f"({micros // 1_000_000}.{micros % 1_000_000:06}) can0 {identifier:03X}#{data[: 2 * length]}\n"
            for micros, identifier, length, data in columns
        )


def _write_with_python_can(path: Path, frames: Frames) -> None:
    import can

    with can.Logger(path) as logger:
        for row in range(len(frames)):
            logger.on_message_received(
                can.Message(
                    timestamp=int(frames.times_ns[row]) / 1e9,
                    arbitration_id=int(frames.ids[row]),
                    is_extended_id=False,
                    data=bytes(frames.data[row, : frames.lengths[row]]),
                    channel=1,
                )
            )
