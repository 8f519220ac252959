"""Harm to a log of lines is told, or harmless, or nobody can tell: it is never silent."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.trialbench.readers import logs
from tests.trialbench.readers.harm import MUTATIONS, Fate, fate
from trialbench.readers import read

SOUND: dict[str, tuple[str, bytes, Callable[[bytes], bool]]] = {
    "candump": (".log", logs.candump(), logs.is_candump),
    "ASC": (".asc", logs.asc(tails=False), logs.is_asc),
    "ASC of CANoe": (".asc", logs.asc(tails=True), logs.is_asc),
    "TRC": (".trc", logs.trc(), logs.is_trc),
}
TRIES = 40


@pytest.mark.parametrize("mutation", MUTATIONS)
@pytest.mark.parametrize("name", SOUND)
def test_no_loss_is_silent(tmp_path: Path, name: str, mutation: str) -> None:
    suffix, data, is_sound = SOUND[name]
    path = tmp_path / f"drive{suffix}"
    path.write_bytes(data)
    sound = read(path)
    assert is_sound(data)
    assert sound.errors == ()
    chance = random.Random(f"{name} {mutation}")
    for _ in range(TRIES):
        harmed = MUTATIONS[mutation](data, chance)
        assert fate(sound, path, harmed, is_sound) is not Fate.SILENT


@pytest.mark.parametrize("name", SOUND)
def test_the_grammars_refuse_what_is_plainly_harmed(name: str) -> None:
    _, data, is_sound = SOUND[name]
    lines = data.split(b"\n")
    middle = len(lines) // 2
    for spoilt in (b"garbage", lines[middle][:-4] + b"!" + lines[middle][-3:], bytes(20)):
        assert not is_sound(b"\n".join([*lines[:middle], spoilt, *lines[middle + 1 :]]))


def test_what_is_silent_is_seen(tmp_path: Path) -> None:
    """The helper itself: a reading without a line, and with nothing told, is silent."""
    path = tmp_path / "drive.log"
    path.write_bytes(b"(1.000000) can0 123#11\n(2.000000) can0 123#22\n")
    sound = read(path)
    one = b"(1.000000) can0 123#11\n"
    assert fate(sound, path, one, lambda _: False) is Fate.SILENT
    assert fate(sound, path, one, lambda _: True) is Fate.OTHERWISE
    assert fate(sound, path, one + b"(2.0000!!", lambda _: False) is Fate.TOLD
    assert fate(sound, path, one + b"(2.000000) can0 123#22 R\n", lambda _: False) is Fate.HARMLESS
