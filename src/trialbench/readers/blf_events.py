"""The objects of a BLF file that are no CAN frames, by kind.

Numbers are those of Vector's `binlog_objects.h`, as Toby Lorenz' Vector_BLF and Wireshark list them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from trialbench.readers.raw import Longs

CONTAINER: Final = 10
RESTORE_POINTS: Final = (115, 116, 117)
"""What a writer keeps for itself; the header's count of objects leaves them out."""
DATA_LOST: Final = (91, 125, 126)
"""The recorder says that it lost data: a driver's overrun, the begin and the end of a loss."""

_EVENTS: Final[dict[str, tuple[int, ...]]] = {
    "LIN": (*range(11, 22), 42, 43, 54, *range(57, 65), 75, 87, 88, 89, 105),
    "MOST": (*range(22, 26), *range(32, 40), *range(67, 71), *range(76, 86), 95),
    "FlexRay": (29, 30, 40, 41, 45, 47, 48, 49, 50, 66),
    "Ethernet": (71, 102, 103, 114, *range(120, 124), 133, 134, 136, 137),
    "WLAN": (93, 94),
    "AFDX": (97, 98, 106, 107, 109),
    "ARINC 429": (110, 111, 112, 113),
    "J1708": (55, 56),
    "K-Line": (99,),
    "CAN XL": (139, 140),
    "Overload frame": (3,),
    "Statistic": (4,),
    "CAN driver error": (31, 74),
    "CAN driver sync": (44,),
    "CAN setting": (129,),
    "Environment variable": (6, 7, 8, 9),
    "System variable": (72,),
    "GPS": (46,),
    "Clock": (51,),
    "Trigger": (5, 128),
    "Text": (65,),
    "Comment": (92,),
    "Marker": (96,),
    "Serial": (90,),
    "Test": (118,),
    "Diagnostics": (119,),
    "Function bus": (124,),
    "Water mark": (127,),
    "Distributed object": (130, 132),
    "Attribute": (131,),
    "Tunnel": (138,),
}
_NAMES: Final = {number: name for name, numbers in _EVENTS.items() for number in numbers}


def by_kind(counts: Longs) -> dict[str, int]:
    """How many objects of each kind there are, given how many of each number."""
    found: dict[str, int] = {}
    for number in counts.nonzero()[0].tolist():
        if number not in (*RESTORE_POINTS, *DATA_LOST):
            name = _NAMES.get(number, f"BLF object type {number}")
            found[name] = found.get(name, 0) + int(counts[number])
    return found
