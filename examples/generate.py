"""Recordings from a vehicle model with noise, for when no real ones are at hand.

Their names begin with `generated-`, which the bench says wherever it speaks of them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import can
import numpy as np

EPOCH = 1_700_000_000.0
WHEEL_RADIUS = 0.33  # m


@dataclass(frozen=True)
class Breakaway:
    """The rear wheels outrun the front ones by `depth`, after slip of 4.5 % for `creep` seconds."""

    begin: float
    end: float
    depth: float
    creep: float = 0.0


def wheel_speeds(
    noise: np.random.Generator, time: np.ndarray, speed: np.ndarray, breakaways: Sequence[Breakaway]
) -> np.ndarray:
    """Front left and right, rear left and right in rad/s, as their sensors measure them."""
    front = np.stack([speed / WHEEL_RADIUS + _noise(noise, time, speed) for _ in range(2)])
    slip = np.zeros_like(time)
    for one in breakaways:
        on = (time >= one.begin) & (time < one.end)
        slip += one.depth * np.clip((time - one.begin) / 0.08, 0, 1) * on
        slip += 0.045 * ((time >= one.begin - one.creep) & (time < one.begin))
    rear = np.stack(
        [(speed / WHEEL_RADIUS) * (1 + slip) + _noise(noise, time, speed) for _ in range(2)]
    )
    return np.clip(np.concatenate([front, rear]), 0, 65535 * 0.02)


def wheel_slip_drive(path: Path) -> None:
    """Seventy seconds with three breakaways of the rear wheels.

    Two follow creeping slip and make the traction control intervene 0.4 s later; the first comes
    out of firm grip, passes by itself, and the car lets it.
    """
    noise = np.random.default_rng(2019)
    time = np.arange(0.0, 70.0, 0.015)
    speed = np.interp(
        time,
        [0, 4, 14, 24, 34, 40, 44, 48, 55, 58, 66, 68, 70],
        [0, 0, 14, 6, 10, 13, 5, 5, 12, 7, 12, 0, 0],
    )
    breakaways = (
        Breakaway(37.9, 39.0, 0.20),
        Breakaway(49.9, 51.4, 0.22, creep=0.3),
        Breakaway(60.1, 61.6, 0.20, creep=0.25),
    )
    wheels = (wheel_speeds(noise, time, speed, breakaways) / 0.02).round().astype(">u2")
    frames = [(at, 0x217, wheels[:, index].tobytes()) for index, at in enumerate(time)]
    for at in np.arange(0.0, 70.0, 0.03):
        on = 50.3 <= at < 51.5 or 60.5 <= at < 61.7
        frames.append((at, 0x213, bytes([int(on), 0])))
    _write(path, [(at, 0, identifier, data) for at, identifier, data in frames])


def speed_drive(path: Path, seed: int, *, fix_from: float = 0.0) -> None:
    """Two minutes of OBD-II and GNSS speed; the receiver has no fix before `fix_from` seconds."""
    noise = np.random.default_rng(seed)
    knots = np.linspace(0, 120, 9)
    speeds = np.concatenate(([0], noise.uniform(3, 24, 7), [0]))
    frames: list[tuple[float, int, int, bytes]] = []
    for at in np.arange(0.05, 120.0, 0.5):
        kmh = max(0.0, float(np.interp(at, knots, speeds)) * 3.6 * 1.02 + noise.normal(0, 0.3))
        frames.append((float(at), 1, 0x7E8, bytes([3, 0x41, 0x0D, round(kmh), 0, 0, 0, 0])))
    for at in np.arange(0.3, 120.0, 1.0):
        valid = at >= fix_from
        metres = (
            max(0.0, float(np.interp(at - 0.2, knots, speeds)) + noise.normal(0, 0.05))
            if valid
            else 0.0
        )
        frames.append(
            (
                float(at),
                2,
                7,
                bytes([int(valid), *round(metres * 1000).to_bytes(3, "little"), 0, 0, 0, 0]),
            )
        )
    _write(path, frames)


def _noise(noise: np.random.Generator, time: np.ndarray, speed: np.ndarray) -> np.ndarray:
    """What the sensors add once the wheels turn fast enough to be counted."""
    return noise.normal(0, 0.06, time.size) * (speed > 1.0)


def _write(path: Path, frames: list[tuple[float, int, int, bytes]]) -> None:
    """Write (seconds, bus, identifier, data) with python-can, in the format of the file's ending."""
    # The formats of Vector number their channels from 1, python-can from 0.
    shift = 0 if path.suffix == ".log" else 1
    with can.Logger(str(path)) as logger:
        for at, bus, identifier, data in sorted(frames):
            logger.on_message_received(
                can.Message(
                    timestamp=EPOCH + round(at, 4), arbitration_id=identifier, is_extended_id=False, data=data,
                    channel=f"can{bus}" if shift == 0 else bus - shift,
                )
            )  # fmt: skip


def everything(folder: Path) -> tuple[Path, list[Path]]:
    """One drive with wheelspin, and five with speeds, the first of which begins without a fix."""
    folder.mkdir(parents=True, exist_ok=True)
    slip = folder / "generated-drive.log"
    wheel_slip_drive(slip)
    drives = [folder / f"generated-speed-{number}.blf" for number in range(1, 6)]
    for number, path in enumerate(drives):
        speed_drive(path, number, fix_from=20.0 if number == 0 else 0.0)
    return slip, drives


if __name__ == "__main__":
    everything(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
