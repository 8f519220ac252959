"""What the logs of lines (candump, ASC, TRC) share: a line is a frame, a known event, or damage.

A kernel reads the frames and puts every other line aside, with a code that says why. What may be an
event of the format is compared with the format's grammar of events; whatever fits nothing is damage.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from trialbench._jit import kernel
from trialbench.readers.raw import MOST_DAMAGES, Columns, Gap, as_damages
from trialbench.readers.text import Lines, as_buffer, parsed

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from trialbench.readers.raw import Int, Longs
    from trialbench.recording import Damage

EVENT: Final = 15
"""The code of a line that is no frame, and maybe an event; a kernel's other codes are below it."""
GAP: Final = 14
"""The code of a sound frame before which others are missing, and the last one there is doubtful."""
_CODE_BITS: Final = 4

PLAIN_TEXT: Final = rb"[^\x00-\x08\x0a-\x1f\x7f]*"
"""Any text of an event: bytes that were zeroed are none."""
LINE_END: Final = rb"[ \t\r]*(?:\n|\Z)"

ANY_NUMBER: Final = -1
_AGREEING: Final = 0.98


@kernel
def put_aside(places: Longs, aside: Int, offset: Int, code: Int) -> Any:
    """Note a line that is no frame, from the end of `places` on; returns how many there are.

    The frames' places fill the array from its beginning: no line is both, but at a GAP.
    """
    places[places.size - 1 - aside] = offset << _CODE_BITS | code
    return aside + 1


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
        self, known: re.Pattern[bytes], causes: Sequence[str]
    ) -> tuple[Mapping[str, int], list[Damage]]:
        """How many events there are of each kind, and what is left as damage.

        `known` matches a line that is an event; its last group's name is the kind (`CAN_XL` for
        "CAN XL"), and without one it is not counted. `causes` gives each code's words, the first
        those of a line that is no event either.
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
        return dict(sorted(skipped.items())), self._damages(np.flatnonzero(bad), causes)

    def _damages(self, bad: Longs, causes: Sequence[str]) -> list[Damage]:
        """The damages of the lines that `bad` numbers."""
        return as_damages(self._gaps(bad, causes), self.columns.times_ns)

    def _gaps(self, bad: Longs, causes: Sequence[str]) -> Iterator[Gap]:
        """A gap for each run of bad lines with no frame between them; beyond many, one for all."""
        lines = Lines(self.data)
        follow = np.searchsorted(self.places, self.others[bad])  # the frame after each
        starts = np.flatnonzero(np.diff(follow, prepend=-1))
        counts = np.diff(starts, append=bad.size)
        for run, (start, count) in enumerate(zip(starts.tolist(), counts.tolist(), strict=True)):
            offset, code = int(self.others[bad[start]]), int(self.codes[bad[start]])
            first = last = int(follow[start])
            if code == GAP:
                first = max(first - 1, 0)
            if run == MOST_DAMAGES:
                last, count = int(follow[-1]), bad.size - start
            yield Gap(lines.at(offset), causes[0 if code == EVENT else code], first, last, count)
            if run == MOST_DAMAGES:
                return


def read_lines(
    data: bytes, parse: Callable[..., tuple[int, int]], shortest: int, *, gaps: bool = False
) -> Log:
    """Run a format's kernel over its lines.

    `parse` is given the buffer, the columns to fill, and `places`; it returns the numbers of frames
    and of lines put aside. No frame's line is shorter than `shortest`; `gaps`: it may tell GAPs.
    """
    buffer = as_buffer(data)
    lines = data.count(b"\n") + 1
    places = np.empty(2 * lines if gaps else lines, np.int64)
    columns, aside = parsed(
        lambda room: parse(buffer, *room, places), min(lines, buffer.size // shortest + 1)
    )
    others = places[places.size - aside :][::-1]
    mask = (1 << _CODE_BITS) - 1
    return Log(data, columns, places[: len(columns.ids)], others >> _CODE_BITS, others & mask)


@kernel
def decimals(buffer: Any, begin: Int, end: Int) -> Any:
    """How many characters of the word stand behind its last point; 0 without one."""
    at = end
    while at > begin and buffer[at - 1] != 46:
        at -= 1
    return end - at if at > begin else 0


def usual_number(numbers: Iterable[int]) -> int:
    """The number that nearly all of them are (of decimals in the stamps, say), else ANY_NUMBER.

    Where there is one, a line with another has lost or won a character.
    """
    counted = Counter(numbers)
    if not counted:
        return ANY_NUMBER
    ((usual, times),) = counted.most_common(1)
    return usual if times >= _AGREEING * counted.total() else ANY_NUMBER
