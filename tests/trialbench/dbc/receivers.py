"""Receivers of payloads in several frames, a frame at a time, written plainly from the standards."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.trialbench.dbc.make import Sent

Payloads = list[tuple[int, bytes]]
"""Payloads and when their last frame came, in ms."""


def timed(sent: Iterable[Sent]) -> Iterable[tuple[int, Sent]]:
    now = 1000
    for number, frame in enumerate(sent):
        now += frame.after_ms if number else 0
        yield now, frame


def isotp(sent: Iterable[Sent]) -> Payloads:
    """What a receiver of classic frames with normal addressing hands up."""
    found: Payloads = []
    size, payload, expected, before = 0, b"", 0, 0
    for now, frame in timed(sent):
        data = frame.data
        kind = data[0] >> 4 if data else 15
        if kind == 0 and 1 <= data[0] <= len(data) - 1:
            found.append((now, data[1 : 1 + data[0]]))
            size = 0
        elif kind == 1 and len(data) == 8:
            told = (data[0] & 15) << 8 | data[1]
            head = 2
            if told == 0:
                told, head = int.from_bytes(data[2:6], "big"), 6
            if told > 8 - head:
                size, payload, expected, before = told, data[head:], 1, now
        elif kind == 2 and size:
            rest = size - len(payload)
            if data[0] & 15 != expected % 16 or now - before > 1000 or len(data) - 1 < min(7, rest):
                size = 0
                continue
            payload, expected, before = payload + data[1 : 1 + rest], expected + 1, now
            if len(payload) == size:
                found.append((now, payload))
                size = 0
    return found


@dataclass
class _Transfer:
    group: int
    size: int
    before: int
    follows: bool = True
    packets: dict[int, bytes] = field(default_factory=dict)


def announced(sent: Iterable[Sent], group: int) -> Payloads:
    """What a listener makes of one sender's announcements (BAM)."""
    found: Payloads = []
    now_open: _Transfer | None = None
    for now, frame in timed(sent):
        data, is_data = frame.data, frame.id >> 16 & 0xFF == 0xEB
        control = data[0] if len(data) == 8 and not is_data else 0
        if control in (17, 19, 21, 23):
            continue  # an answer to somebody else
        size, told = int.from_bytes(data[1:3], "little"), int.from_bytes(data[5:8], "little")
        if control == 32 and size and data[3] == -(-size // 7):
            now_open = _Transfer(told & 0x3FFFF, size, now)
        elif now_open is not None:
            late = now - now_open.before > (750 if is_data and now_open.follows else 1250)
            if late or (control == 255 and told & 0x3FFFF == now_open.group):
                now_open = None
                continue
            now_open.before, now_open.follows = now, is_data
            if is_data and _take(now_open, data):
                if now_open.group == group:
                    payload = b"".join(now_open.packets[k] for k in sorted(now_open.packets))
                    found.append((now, payload))
                now_open = None
    return found


def _take(transfer: _Transfer, data: bytes) -> bool:
    """Take a packet; whether it was the last that was missing."""
    needed = -(-transfer.size // 7)
    room = min(7, transfer.size - 7 * (data[0] - 1))
    if 1 <= data[0] <= needed and len(data) - 1 >= room:
        transfer.packets.setdefault(data[0], data[1 : 1 + room])
    return len(transfer.packets) == needed
