"""Fuzz the whole: `python -m benchmarks.fuzz [recordings | losses | inputs]`; 1 where anything fails."""

from __future__ import annotations

import argparse
import sys
import time

from benchmarks.fuzz import inputs, losses, recordings

PARTS = ("recordings", "losses", "inputs")


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--seed", type=int, default=time.time_ns() & 0xFFFFFFFF)
    parser.add_argument("--seconds", type=float, default=60, help="for recordings (default: 60)")
    parser.add_argument("--tries", type=int, default=2000, help="of each harm and of each input")
    parser.add_argument("--format", choices=recordings.SUFFIXES, help="of recordings, only this")
    asked = parser.parse_args()
    for part in asked.parts:
        if part not in PARTS:
            parser.error(f"{part} is none of {', '.join(PARTS)}")
    parts = asked.parts or PARTS
    print(f"seed {asked.seed}")
    failed = False
    if "recordings" in parts:
        failed |= recordings.fuzz(asked.seconds, asked.seed, asked.format)
    if "losses" in parts:
        failed |= losses.count(asked.tries, asked.seed)
    if "inputs" in parts:
        failed |= inputs.fuzz(asked.tries, asked.seed)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
