"""Senders of payloads in several frames, written from the standards, the opposite of what reads them."""

from collections.abc import Iterable


def isotp(
    payload: bytes, *, address: bytes = b"", frame: int = 8, pad: bytes = b"\xcc"
) -> list[bytes]:
    """The frames of a payload by ISO 15765-2, each padded to a length that a CAN (FD) frame can have."""
    room = frame - len(address)
    if len(payload) <= min(room, 8 - len(address)) - 1:
        parts = [bytes([len(payload)]) + payload]
    elif frame > 8 and len(payload) <= room - 2:
        parts = [bytes([0, len(payload)]) + payload]
    else:
        size = len(payload)
        head = (
            bytes([0x10 | size >> 8, size & 0xFF])
            if size < 4096
            else b"\x10\x00" + size.to_bytes(4, "big")
        )
        first = room - len(head)
        parts = [head + payload[:first]]
        for number, at in enumerate(range(first, size, room - 1), 1):
            parts.append(bytes([0x20 | number % 16]) + payload[at : at + room - 1])
    return [padded(address + part, frame, pad) for part in parts]


def padded(data: bytes, frame: int, pad: bytes) -> bytes:
    sizes = [8, 12, 16, 20, 24, 32, 48, 64] if frame > 8 else [8]
    return data.ljust(next(size for size in sizes if size >= len(data)), pad)


def packets(payload: bytes, first: int = 1) -> list[bytes]:
    """The data packets of J1939's transport protocol, numbered from `first` on."""
    return [
        bytes([number]) + payload[at : at + 7].ljust(7, b"\xff")
        for number, at in enumerate(range(0, len(payload), 7), first)
    ]


def management(control: int, group: int, middle: bytes) -> bytes:
    return bytes([control]) + middle + group.to_bytes(3, "little")


def announced(payload: bytes, group: int) -> bytes:
    """A broadcast announcement (BAM)."""
    return management(32, group, _size(payload) + b"\xff")


def requested(payload: bytes, group: int) -> bytes:
    """A request to send (RTS)."""
    return management(16, group, _size(payload) + b"\xff")


def _size(payload: bytes) -> bytes:
    return len(payload).to_bytes(2, "little") + bytes([-(-len(payload) // 7)])


def in_turn(*senders: Iterable[object]) -> list[object]:
    """What several send, one of each in turn."""
    queues = [list(sender) for sender in senders]
    sent = []
    while any(queues):
        for queue in queues:
            if queue:
                sent.append(queue.pop(0))
    return sent
