"""Artefacts, protocols, bundles and keys that nobody means well by: a crash is the input kept, and 1."""

from __future__ import annotations

import random
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.trialbench.hostile import READERS, Reader, outcome

SLOWEST_S = 10.0


def fuzz(tries: int, seed: int) -> bool:
    """Give each reader `tries` files, and print a line of each; whether one crashed."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-inputs-"))
    print(f"{'input':12} {'refused':>8} {'taken':>8} {'tracebacks':>11}")
    failed = 0
    for reader in READERS.values():
        found = _fuzzed(reader, tries, seed, folder)
        failed += found["crashed"]
        print(f"{reader.name:12} {found['refused']:8} {found['taken']:8} {found['crashed']:11}")
    if not failed:
        folder.rmdir()
    return failed > 0


def _fuzzed(reader: Reader, tries: int, seed: int, folder: Path) -> Counter[str]:
    found: Counter[str] = Counter()
    for number in range(tries):
        path = folder / f"{reader.name.replace(' ', '-')}-{number}"
        path.write_bytes(reader.made(random.Random(f"{seed} {reader.name} {number}")))
        begin = time.process_time()
        try:
            told = outcome(reader, path)
            if time.process_time() - begin > SLOWEST_S:
                raise TimeoutError(f"it took more than {SLOWEST_S} s")
        except Exception:  # noqa: BLE001 - whatever comes out is what is looked for
            traceback.print_exc()
            print(f"{reader.name}: FAILED; the input is {path}")
            found["crashed"] += 1
            continue
        found["taken" if told == "taken" else "refused"] += 1
        path.unlink()
    return found
