"""The readers of recordings under mutated files, for a bounded time.

Each format's seeds are mutated in a process of its own. Anything but a `Recording` or a
`RecordingError` within 5 s and 2 GiB fails, and the input that did it is kept.
"""

from __future__ import annotations

import faulthandler
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import can
import numpy as np

from trialbench.errors import RecordingError
from trialbench.readers import read

SLOWEST_S = 5.0
MOST_BYTES = 2 << 30
SUFFIXES = (".log", ".asc", ".blf", ".trc", ".csv", ".mf4", ".parquet")
WORTH_A_TRY = (0, 1, 7, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 63, (1 << 64) - 1)


def messages(count: int, *, rich: bool) -> list[can.Message]:
    """Traffic on two channels; rich: with CAN FD, remote and error frames."""
    kinds = ("data", "fd", "remote", "error") if rich else ("data",)
    made = []
    for k in range(count):
        kind = kinds[k % len(kinds)]
        made.append(
            can.Message(
                timestamp=1_700_000_000 + k / 1000,
                arbitration_id=0x18FF0000 + k % 5 if k % 3 else 0x100 + k % 5,
                is_extended_id=k % 3 != 0,
                is_fd=kind == "fd",
                is_remote_frame=kind == "remote",
                is_error_frame=kind == "error",
                data=bytes(k % 256 for _ in range({"fd": 32, "data": 8}.get(kind, 0))),
                channel=k % 2,
            )
        )
    return made


def seeds(suffix: str, folder: Path) -> list[bytes]:
    """Sound files of a format, small and of several kinds."""
    made = [plain(suffix, folder)] if suffix in (".csv", ".mf4", ".parquet") else []
    if suffix == ".parquet":
        return made
    options: tuple[dict[str, int], ...] = ({},)
    if suffix in (".blf", ".mf4"):
        options = ({"compression_level": 0}, {"compression_level": 1}, {"compression_level": 2})
    for number, option in enumerate(options):
        for rich in (False, True):
            path = folder / f"seed-{number}-{rich}{suffix}"
            with can.Logger(path, **option) as logger:
                for message in messages(40, rich=rich and suffix != ".trc"):
                    logger.on_message_received(message)
            made.append(path.read_bytes())
    return made


def plain(suffix: str, folder: Path) -> bytes:
    """A recording of plain signals."""
    path = folder / f"plain{suffix}"
    times = np.arange(50) * 0.01
    if suffix == ".csv":
        rows = (f"{t:.3f},{k * 0.5},{'' if k % 3 else k}" for k, t in enumerate(times))
        path.write_text("time,speed [m/s],gear\n" + "\n".join(rows) + "\n")
    elif suffix == ".parquet":
        import pyarrow as pa
        from pyarrow import parquet

        table = pa.table({"time": times, "speed [m/s]": times * 3, "gear": np.arange(50)})
        parquet.write_table(table, path, row_group_size=16, write_page_checksum=True)
    else:
        from asammdf import MDF, Signal

        with MDF(version="4.10") as file:
            file.append(
                [
                    Signal(times * 3, times, name="speed", unit="m/s"),
                    Signal(
                        np.arange(50, dtype=np.uint16),
                        times,
                        name="rpm",
                        conversion={"a": 0.25, "b": 0.0},
                    ),
                ]
            )
            file.save(path, overwrite=True)
    return path.read_bytes()


def mutated(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """`data` with one to four things wrong."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(made) + 1)
        size = chance.choice((1, 2, 4, 8, 8, 64, 1024))
        kind = chance.randrange(7)
        if kind == 0:
            del made[at:]
        elif kind == 1:
            del made[at : at + size]
        elif kind == 2:
            made[at:at] = made[at : at + size] * chance.choice((1, 1, 50))
        elif kind == 3 and at < len(made):
            made[at] ^= 1 << chance.randrange(8)
        elif kind == 4:
            at &= ~7
            number = chance.choice(WORTH_A_TRY).to_bytes(8, "little")[: min(size, 8)]
            made[at : at + len(number)] = number
        elif kind == 5:
            made[at : at + size] = chance.randbytes(size)
        else:
            other = chance.choice(others)
            begin = chance.randrange(len(other) + 1)
            made[at : at + size] = other[begin : begin + chance.choice((size, 4096))]
    return bytes(made)


def outcome(path: Path) -> str:
    """Read a file; what is wrong with the outcome, empty where nothing is."""
    begin = time.perf_counter()
    try:
        recording = read(path)
    except RecordingError as error:
        if "\n" in str(error):
            return f"the error is not one line: {error}"
    else:
        for damage in recording.errors:
            if "\n" in str(damage):
                return f"the damage is not one line: {damage}"
            begins, ends = damage.from_ns, damage.to_ns
            if begins is not None and ends is not None and begins > ends:
                return f"the damage ends before it begins: {damage!r}"
        frames = recording.frames
        if frames is not None and len(frames):
            if np.any(frames.times_ns[1:] < frames.times_ns[:-1]):
                return "the frames are not in order of time"
            if int(frames.lengths.max()) > frames.data.shape[1]:
                return "a frame is longer than its data"
    took = time.perf_counter() - begin
    return f"it took {took:.1f} s" if took > SLOWEST_S else ""


def work(suffix: str, seconds: float, seed: int, path: Path) -> int:
    """Fuzz one format in this process; each input lies at `path` while it is read."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        sound = seeds(suffix, Path(folder))
    for data in sound:  # compiles the kernels, and proves the seeds
        path.write_bytes(data)
        problem = outcome(path)
        if problem and "it took" not in problem:
            print(f"{suffix}: a sound file: {problem}")
            return 1
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MOST_BYTES, used + MOST_BYTES))
    end = time.monotonic() + seconds
    count = 0
    while time.monotonic() < end:
        path.write_bytes(mutated(chance.choice(sound), sound, chance))
        faulthandler.dump_traceback_later(2 * SLOWEST_S, exit=True)
        problem = outcome(path)
        faulthandler.cancel_dump_traceback_later()
        if problem:
            print(f"{suffix}: {problem}")
            return 1
        count += 1
    print(f"{suffix}: {count} inputs")
    return 0


def fuzz(seconds: float, seed: int, only: str | None = None) -> bool:
    """Fuzz every format, or that one, for so long in all; whether one fails."""
    suffixes = (only,) if only else SUFFIXES
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    failed = 0
    for suffix in suffixes:
        path = folder / f"input{suffix}"
        each = (suffix, str(seconds / len(suffixes)), str(seed), str(path))
        command = [sys.executable, "-m", "benchmarks.fuzz.recordings", *each]
        if subprocess.run(command, check=False).returncode:
            print(f"{suffix}: FAILED (seed {seed}); the input is {path}")
            failed += 1
        else:
            path.unlink()
    if not failed:
        folder.rmdir()
    return failed > 0


if __name__ == "__main__":
    _suffix, _seconds, _seed, _path = sys.argv[1:]
    sys.exit(work(_suffix, float(_seconds), int(_seed), Path(_path)))
