"""Mutants against the tests: `make mutate ARGS="--only services --sample 30"`; 1 below 90 % killed.

A mutant is a module with one small change: a comparison, a bound, `and` for `or`, a guard taken
out. A mutant that no test kills shows either a rule that no test pins down, or a change that nobody
could notice: look at each.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from queue import SimpleQueue

from benchmarks.mutation.modules import modules
from benchmarks.mutation.mutants import Mutant, mutants
from benchmarks.mutation.running import Copy, Outcome

TOP = Path(__file__).parents[2]
ENOUGH = 0.9


def main() -> int:
    """Try a sample of the mutants and tell which survive."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.mutation",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=60, help="how many (default: 60)")
    parser.add_argument("--only", default="", help="modules with this in their path")
    parser.add_argument(
        "--side-by-side", type=int, default=2, help="how many at a time (default: 2)"
    )
    parser.add_argument(
        "--patience",
        type=float,
        default=120,
        help="seconds of work without a test's end that are a hang",
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        first = Copy(TOP, Path(folder, "0"), asked.patience)
        more = [
            Copy(first.top, Path(folder, str(i)), asked.patience)
            for i in range(1, asked.side_by_side)
        ]
        paths = modules(first.top, asked.only)
        if not paths:
            parser.error(f"no module to mutate has {asked.only!r} in its path")
        every = [
            one for path in paths for one in mutants(path, (first.top / path).read_text("utf-8"))
        ]
        sample = sampled(every, asked.sample, asked.seed)
        print(f"seed {asked.seed}: {len(sample)} of {len(every)} mutants of {len(paths)} modules")
        outcomes = list(told(tried([first, *more], sample), len(sample)))
        broken = first.first_failure(killers(outcomes))
    enough = tell(outcomes)
    if broken:
        print(f"no mutant was needed for this to fail: {broken}. Mend it first.")
        return 2
    return int(not enough)


def sampled(every: list[Mutant], size: int, seed: int) -> list[Mutant]:
    """So many of them, as many of each kind as there are: dropped keywords would else be most."""
    shuffled = random.Random(seed).sample(every, len(every))
    kinds = [
        [one for one in shuffled if one.kind == kind]
        for kind in sorted({one.kind for one in every})
    ]
    turns = itertools.chain.from_iterable(itertools.zip_longest(*kinds))
    return [one for one in turns if one is not None][:size]


def tried(copies: list[Copy], sample: list[Mutant]) -> Iterator[Outcome]:
    """The outcomes, as they come; each copy holds one mutant at a time."""
    free: SimpleQueue[Copy] = SimpleQueue()
    for copy in copies:
        free.put(copy)

    def run(mutant: Mutant) -> Outcome:
        copy = free.get()
        try:
            return copy.try_(mutant)
        finally:
            free.put(copy)

    with ThreadPoolExecutor(len(copies)) as pool:
        work = [pool.submit(run, mutant) for mutant in sample]
        try:
            for done in as_completed(work):
                yield done.result()
        finally:
            for one in work:
                one.cancel()


def told(outcomes: Iterator[Outcome], total: int) -> Iterator[Outcome]:
    """The outcomes, a line printed for each."""
    for number, outcome in enumerate(outcomes, 1):
        mutant = outcome.mutant
        how = f"killed by {outcome.killer}" if outcome.killer else "SURVIVED"
        print(
            f"{number:3}/{total} {outcome.seconds:4.0f} s {mutant.path}:{mutant.line} {mutant.kind}: {how}",
            flush=True,
        )
        yield outcome


def killers(outcomes: list[Outcome]) -> list[str]:
    """The tests that failed with a mutant; without one they must pass, or they have shown nothing."""
    return sorted({outcome.killer for outcome in outcomes if outcome.killer.startswith("tests/")})


def tell(outcomes: list[Outcome]) -> bool:
    """Print the survivors and the share killed; whether that is enough."""
    survivors = [outcome.mutant for outcome in outcomes if not outcome.killer]
    for mutant in sorted(survivors, key=lambda one: (one.path, one.line)):
        print(f"\n{mutant.path}:{mutant.line} in {mutant.function or 'the module'}: {mutant.kind}")
        print(mutant.diff)
    killed = 1 - len(survivors) / len(outcomes)
    print(f"\nkilled {len(outcomes) - len(survivors)} of {len(outcomes)} ({killed:.0%})")
    return killed >= ENOUGH


if __name__ == "__main__":
    sys.exit(main())
