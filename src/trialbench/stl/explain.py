"""Why a formula is worth what it is: down the tree, from the root to the leaf that decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np

from trialbench.stl import track
from trialbench.stl.arithmetic import lowest
from trialbench.stl.evaluate import Evaluator
from trialbench.stl.syntax import (
    FUTURE,
    Binding,
    Conditional,
    Edge,
    Formula,
    Junction,
    Name,
    Not,
    Temporal,
    children,
    walk,
)  # fmt: skip
from trialbench.stl.track import Span, Track
from trialbench.stl.verdict import Reason
from trialbench.stl.walk import is_highest, reach

Made: TypeAlias = Callable[[Evaluator], Track]
"""A track, of margins or of truths as the evaluator is."""


def deciding(evaluator: Evaluator, node: Formula, at: int, lower: bool) -> tuple[int, Formula]:
    """The instant and the leaf that made the node's lower (or upper) bound at `at`.

    Of several the earliest; at margin 0 one whose truth decided.
    """
    match node:
        case Not(arg=arg):
            return deciding(evaluator, arg, at, not lower)
        case Junction() | Conditional() | Edge():
            options = list(_options(node, at))
            values = [_worth(evaluator, part, when, lower) for part, when in options]
            best = max(values) if _is_some(node) else min(values)
            part, when = options[values.index(best)]
            return deciding(evaluator, part, when, lower)
        case Temporal(arg=arg):
            first, stop = _window(evaluator, node, at)
            when = _instant(evaluator, lambda e: e.track(arg, first, stop), lower, is_highest(node))
            return deciding(evaluator, arg, when, lower)
        case Binding():
            return _witness(evaluator, node, at, lower)
    return at, node


def _options(node: Formula, at: int) -> Iterator[tuple[Formula, int]]:
    """What a Boolean operator is the least or the greatest of, each with its instant."""
    match node:
        case Junction(args=args):
            yield from ((arg, at) for arg in args)
        case Conditional(operator="->", left=left, right=right):
            yield from ((Not(left), at), (right, at))
        case Conditional(operator="iff", left=left, right=right):
            yield from ((Conditional("->", left, right), at), (Conditional("->", right, left), at))
        case Conditional(left=left, right=right):
            yield Junction("and", (left, Not(right))), at
            yield Junction("and", (Not(left), right)), at
        case _:
            assert isinstance(node, Edge)  # noqa: S101 - the rest
            now, before = (
                (node.arg, Not(node.arg)) if node.kind == "rise" else (Not(node.arg), node.arg)
            )
            yield from ((now, at), (before, at - 1))


def _is_some(node: Formula) -> bool:
    """Whether one of the options is enough."""
    return getattr(node, "operator", "") in ("or", "->", "xor")


def _worth(evaluator: Evaluator, node: Formula, at: int, lower: bool) -> tuple[float, float]:
    """The bound at an instant, and its truth, which decides between equals."""
    margin, truth = (e.track(node, at, at + 1)[0] for e in (evaluator, evaluator.truth))
    return (
        (float(margin.lo[0]), float(truth.lo[0]))
        if lower
        else (float(margin.hi[0]), float(truth.hi[0]))
    )


def _window(evaluator: Evaluator, node: Temporal | Binding, at: int) -> tuple[int, int]:
    """The instants [first, stop) that the operator reads at `at`; none where they are no time."""
    near, far = reach(node.interval)
    if node.operator in FUTURE:
        return at + near, evaluator.end + 1 if far is None else at + far + 1
    return evaluator.start if far is None else at - far, at - near + 1


def _instant(evaluator: Evaluator, made: Made, lower: bool, highest: bool) -> int:
    """The earliest instant of the extremum, a truth deciding between equals."""
    both = track.together([made(evaluator), made(evaluator.truth)])
    best, where = (np.inf, np.inf), 0
    sign = -1.0 if highest else 1.0
    for span, bounds in both:
        margins, truths = (sign * (pair[0] if lower else pair[1]) for pair in bounds)
        least = margins.min()
        equals = np.flatnonzero(margins == least)
        i = equals[np.argmin(truths[equals])]
        if (margins[i], truths[i]) < best:
            best, where = (margins[i], truths[i]), int(span.begins()[i])
    return where


def _witness(evaluator: Evaluator, node: Binding, at: int, lower: bool) -> tuple[int, Formula]:
    """Down an until: to the right side's best instant, or to the left side's worst on the way."""
    first, stop = _window(evaluator, node, at)
    begin, end = min(first, at), max(stop, at + 1)
    ahead = node.operator in FUTURE

    def candidates(e: Evaluator) -> Track:
        left = e.track(node.left, begin, end)
        way = track.scan(left, highest=False) if not ahead else None
        if way is None:
            way = track.mirrored(track.scan(track.mirrored(left), highest=False))
        return track.combine(
            lowest, e.track(node.right, first, stop), track.between(way, first, stop)
        )

    when = _instant(evaluator, candidates, lower, highest=True)
    way = (at, when + 1) if ahead else (when, at + 1)
    weakest = _instant(evaluator, lambda e: e.track(node.left, *way), lower, highest=False)
    here = _worth(evaluator, node.right, when, lower)
    if here <= _worth(evaluator, node.left, weakest, lower):
        return deciding(evaluator, node.right, when, lower)
    return deciding(evaluator, node.left, weakest, lower)


def doubtful(evaluator: Evaluator, node: Formula, at: int) -> tuple[Formula, Reason]:
    """The leaf that is neither true nor false and so leaves the node at `at` unknown, and why."""
    truth = evaluator.truth
    match node:
        case Not() | Junction() | Conditional() | Edge():
            options = [(child, at) for child in children(node)]
            if isinstance(node, Edge):
                options.append((node.arg, at - 1))
            part, when = next(option for option in options if _is_open(truth, *option))
            return doubtful(evaluator, part, when)
        case Temporal() | Binding():
            return _doubtful_window(evaluator, node, at)
    return node, _why(evaluator, node, at)


def _is_open(truth: Evaluator, node: Formula, at: int) -> bool:
    step = truth.track(node, at, at + 1)[0]
    return bool(step.lo[0] < step.hi[0])


def _doubtful_window(
    evaluator: Evaluator, node: Temporal | Binding, at: int
) -> tuple[Formula, Reason]:
    """The nearest instant of doubt: one farther away could not have left it open alone."""
    first, stop = _window(evaluator, node, at)
    ahead = node.operator in FUTURE
    if first >= stop:
        return node, evaluator.outside(ahead)
    asked = [(child, first, stop) for child in children(node)]
    if isinstance(node, Binding):
        asked[0] = (node.left, min(first, at), max(stop, at + 1))
    found = []
    for child, begin, end in asked:
        instants = _open_instants(evaluator.truth.track(child, begin, end))
        if instants:
            found.append(
                (instants[0] if ahead or isinstance(node, Temporal) else instants[1], child)
            )
    when, child = min(found, key=lambda item: abs(item[0] - at))
    return doubtful(evaluator, child, when)


def _open_instants(truths: Track) -> tuple[int, int] | None:
    """The first and the last instant that is neither true nor false."""
    spans = [span for span in truths if (span.lo < span.hi).any()]
    if not spans:
        return None
    first, last = spans[0], spans[-1]
    begins = last.begins()
    i = int(np.flatnonzero(last.lo < last.hi)[-1])
    end = int(begins[i + 1]) if i + 1 < begins.size else last.stop
    return int(first.begins()[np.argmax(first.lo < first.hi)]), end - 1


def _why(evaluator: Evaluator, leaf: Formula, at: int) -> Reason:
    for node, _ in walk(leaf):
        if isinstance(node, Name):
            step = evaluator.sources[node.name].track(at, at + 1)[0]
            if not step.known:
                return evaluator.sources[node.name].why(at)
    return Reason("undefined", None, at, None, evaluator.start)


def violated(
    evaluator: Evaluator, node: Formula, start: int, stop: int
) -> tuple[tuple[int, int], ...]:
    """The intervals of [start, stop) in which the node is false whatever the unknown was."""
    return tuple(_merged(sorted(_violated(evaluator, node, start, stop))))


def _violated(
    evaluator: Evaluator, node: Formula, start: int, stop: int
) -> Iterator[tuple[int, int]]:
    match node:
        case Junction(operator="and", args=args):
            for arg in args:
                yield from _violated(evaluator, arg, start, stop)
        case Temporal(operator="always", interval=interval, arg=arg) if reach(interval)[1] is None:
            first = start + reach(interval)[0]
            if first <= evaluator.end:
                yield from _violated(evaluator, arg, first, evaluator.end + 1)
        case _:
            for span in evaluator.truth.track(node, start, stop):
                yield from _false(span)


def _false(span: Span) -> Iterator[tuple[int, int]]:
    flags = np.concatenate(([False], span.hi < 0, [False]))
    edges = np.append(span.begins(), span.stop)[np.flatnonzero(flags[1:] != flags[:-1])]
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _merged(intervals: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    begin, end = intervals[0] if intervals else (0, 0)
    for first, last in intervals[1:]:
        if first > end:
            yield begin, end
            begin = first
        end = max(end, last)
    if intervals:
        yield begin, end
