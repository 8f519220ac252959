"""What the logs of lines (candump, ASC, TRC) share: a line is a frame, a known event, or damage.

One loop reads the lines of every format. It keeps the frames and puts every other line aside, with a
code that says why. What may be an event of the format is compared with the format's grammar of
events; whatever fits nothing is damage. How a line is read, each format says by `line_reader`.
"""

from __future__ import annotations

import inspect
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numba import types
from numba.extending import overload

from trialbench._jit import F, kernel
from trialbench.damage import Damage
from trialbench.readers.raw import MOST_DAMAGES, Columns
from trialbench.readers.text import TOO_WIDE, Lines, as_buffer, next_line, parsed

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from trialbench.readers.raw import Bytes, Int, Longs

EVENT: Final = 15
"""The code of a line that is no frame, and maybe an event; a kernel's other codes are below it."""
GAP: Final = 14
"""The code of a sound frame before which others are missing, and the last one there is doubtful."""
_CODE_BITS: Final = 4

PLAIN_TEXT: Final = rb"[^\x00-\x08\x0a-\x1f\x7f]*"
"""Any text of an event: bytes that were zeroed are none."""
LINE_END: Final = rb"[ \t\r]*(?:\n|\Z)"

ANY_NUMBER: Final = -1
_PIECE: Final = 1 << 18  # fits the cache


@kernel
def put_aside(places: Longs, aside: Int, offset: Int, code: Int) -> Any:
    """Note a line that is no frame, from the end of `places` on; returns how many there are.

    The frames' places fill the array from its beginning: no line is both, but at a GAP.
    """
    places[places.size - 1 - aside] = offset << _CODE_BITS | code
    return aside + 1


def read_line(buffer: Bytes, at: Int, before: Int, ways: Any, row: Bytes) -> Any:
    """One line, its first word at `at`, as a frame whose bytes go into `row`.

    `ways` (a NamedTuple) tell how the file writes its lines, and by their type the format; `before`
    is what the format remembers of the lines before. Returned are where in the line reading ended,
    an error code (0: a frame), whether frames are missing before it, what is remembered from now on,
    and the frame's time in ns, bus, id, flags and length; of a length beyond the row no bytes are
    read. The loop that calls it is compiled for each format by itself.
    """
    raise NotImplementedError("a kernel calls it")


def line_reader(ways: type) -> Callable[[F], F]:
    """Make the decorated function the `read_line` of the format of these `ways`.

    It becomes part of the loop: a call from line to line would count the references of every array.
    """

    def made(function: F) -> F:
        def chosen(buffer: Any, at: Any, before: Any, given: Any, row: Any) -> Any:
            """What numba compiles for arguments of these types; None: another format's."""
            is_ours = isinstance(given, types.BaseNamedTuple) and given.instance_class is ways
            return function if is_ours else None

        chosen.__signature__ = inspect.signature(function)  # type: ignore[attr-defined] # numba compares
        overload(read_line, inline="always")(chosen)
        return function

    return made


@kernel
def _read_all(
    buffer: Bytes, at: Int, before: Int, ways: Any, times: Longs, bus: Bytes,
    ids: NDArray[np.uint32], flags: Bytes, lengths: Bytes, data: Bytes, places: Longs,
) -> Any:  # fmt: skip
    """All lines from `at` on; returns the numbers of frames and of lines put aside."""
    count = 0
    aside = 0
    while at < buffer.size:
        if buffer[at] == 10 or buffer[at] == 32 or buffer[at] == 9 or buffer[at] == 13:
            at += 1
            continue
        begin = at
        at, code, gap, before, time, channel, ident, flag, length = read_line(
            buffer, begin, before, ways, data[count]
        )
        if length > data.shape[1]:
            return TOO_WIDE, 0
        at = next_line(buffer, at)
        if gap:
            aside = put_aside(places, aside, begin, GAP)
        if code != 0:
            data[count, :] = 0
            aside = put_aside(places, aside, begin, code)
            continue
        times[count] = time
        bus[count] = channel
        ids[count] = ident
        flags[count] = flag
        lengths[count] = length
        places[count] = begin
        count += 1
    return count, aside


class Log(NamedTuple):
    """A log as read: `columns` of frames, in the order of the file, and the lines put aside.

    `places` are the bytes at which the frames' lines begin, `others` those of the other lines,
    `codes` why they are no frames.
    """

    data: bytes
    columns: Columns
    places: Longs
    others: Longs
    codes: Longs

    def events_and_damage(
        self,
        known: re.Pattern[bytes],
        causes: Sequence[str],
        is_doubtful: Callable[[int], bool] = lambda frame: False,
    ) -> tuple[Mapping[str, int], list[Damage]]:
        """How many events there are of each kind, and what is left as damage.

        `known` matches a line that is an event; its last group's name is the kind (`CAN_XL` for
        "CAN XL"), and without one it is not counted. `causes` gives each code's words, the first
        those of a line that is no event either. `is_doubtful` is asked, by its number, whether the
        frame before bad lines may be the first half of one.
        """
        skipped: Counter[str] = Counter()
        bad = np.ones(self.codes.size, np.bool_)
        maybe = np.flatnonzero(self.codes == EVENT)
        for number, offset in zip(maybe.tolist(), self.others[maybe].tolist(), strict=True):
            event = known.match(self.data, offset)
            if event:
                bad[number] = False
                if event.lastgroup:
                    skipped[event.lastgroup.replace("_", " ")] += 1
        damages = self._damages(np.flatnonzero(bad), causes, is_doubtful)
        return dict(sorted(skipped.items())), list(damages)

    def _damages(
        self, bad: Longs, causes: Sequence[str], is_doubtful: Callable[[int], bool]
    ) -> Iterator[Damage]:
        """A damage for each run of bad lines with no frame between them; beyond many, one for all."""
        if not bad.size:
            return
        lines = Lines(self.data)
        after = np.searchsorted(self.places, self.others[bad])  # the frame that follows each
        starts = np.flatnonzero(np.diff(after, prepend=-1))[: MOST_DAMAGES + 1]
        ends = np.append(starts[1:], bad.size)
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            offset, code = int(self.others[bad[start]]), int(self.codes[bad[start]])
            first, last = int(after[start]), int(after[end - 1])
            cause = causes[0 if code == EVENT else code]
            if end - start > 1:
                cause += f" (and {end - start - 1} more after it)"
            doubtful = first > 0 and (code == GAP or is_doubtful(first - 1))
            yield Damage(lines.at(offset), cause, *self._around(first, last, doubtful=doubtful))

    def _around(self, first: int, last: int, *, doubtful: bool) -> tuple[int | None, int | None]:
        """The instants around what was lost before frame `first` or up to frame `last`.

        `doubtful`: the frame before `first` is not known either.
        """
        times = self.columns.times_ns
        begin = first - 1 - doubtful
        inside = times[first - 1 : first] if doubtful else times[:0]
        # not the first and the last of them: its clock may have jumped
        window = np.concatenate((times[max(begin, 0) : last + 1], inside - 1, inside + 1))
        return (
            int(window.min()) if begin >= 0 else None,
            int(window.max()) if last < times.size else None,
        )


def read_lines(
    data: bytes,
    ways: NamedTuple,
    shortest: int,
    *,
    at: int = 0,
    before: int = 0,
    gaps: bool = False,
) -> Log:
    """Read the lines from byte `at` on as the format of `ways` has them (see `read_line`).

    `before` is what the format remembers at the beginning. No frame's line is shorter than
    `shortest` bytes; `gaps`: the format may tell that frames are missing.
    """
    buffer = as_buffer(data)
    lines = line_feeds(buffer) + 1
    places = np.empty(2 * lines if gaps else lines, np.int64)
    columns, aside = parsed(
        lambda room: _read_all(buffer, at, before, ways, *room, places),
        min(lines, buffer.size // shortest + 1),
    )
    others = places[places.size - aside :][::-1]
    mask = (1 << _CODE_BITS) - 1
    return Log(data, columns, places[: len(columns.ids)], others >> _CODE_BITS, others & mask)


def line_feeds(buffer: Bytes) -> int:
    """How many line feeds there are; three times as fast as `bytes.count`, which stops at each."""
    pieces = (buffer[at : at + _PIECE] for at in range(0, buffer.size, _PIECE))
    return sum(int(np.count_nonzero(piece == 10)) for piece in pieces)


@kernel
def has_decimals(buffer: Bytes, begin: Int, end: Int, usual: Int) -> Any:
    """Whether the decimal number has `usual` decimals (negative: any number of them)."""
    if usual > 0:
        return end - begin > usual and buffer[end - 1 - usual] == 46
    points = 0
    if usual == 0:
        for k in range(begin, end):
            points += buffer[k] == 46
    return points == 0


def usual_number(numbers: Iterable[int], *, odd: float) -> int:
    """The number that all of them are but a share of `odd` ones, which are harmed; else ANY_NUMBER.

    Such as the decimals of stamps: where nearly all have as many, a line with another number of them
    has lost or won a digit.
    """
    counted = Counter(numbers)
    if not counted:
        return ANY_NUMBER
    ((usual, times),) = counted.most_common(1)
    return usual if counted.total() - times <= odd * counted.total() else ANY_NUMBER


def usual_decimals(fractions: Iterable[bytes]) -> int:
    """The `usual_number` of decimals of stamps, given their fractions.

    Of floats printed as they are, one in ten has a digit less: they must not pass for a rule.
    """
    return usual_number(map(len, fractions), odd=0.01)
