from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialbench.container import (
    BLOCK,
    Listed,
    check,
    described,
    length,
    listed,
    member_at,
    pack,
    unpack,
)  # fmt: skip
from trialbench.errors import EvidenceError

FIRST = b'{"statement": 1}'
REST = {
    "verdict.json": b"{}",
    "long.bin": bytes(range(256)) * 40,
    "empty": b"",
    "报告.html": "판정".encode(),
}
LISTED = [Listed.of(name, data) for name, data in REST.items()]


def make_packed() -> bytes:
    return pack({"first": FIRST, **REST})


def test_any_zip_program_reads_it() -> None:
    with zipfile.ZipFile(io.BytesIO(make_packed())) as packed:
        assert packed.testzip() is None
        assert packed.read("报告.html").decode() == "판정"


def test_the_same_members_make_the_same_bytes() -> None:
    assert make_packed() == make_packed()


def unpacked(content: bytes) -> dict[str, bytes]:
    members = unpack(content, {"first": member_at(content, 0, "first")}, LISTED)
    check(content, members)
    return members


def test_members_are_found_where_they_must_lie() -> None:
    assert unpacked(make_packed()) == {"first": FIRST, **REST}
    assert length({"first": FIRST}) == make_packed().index(b"PK", 4)


def test_a_member_is_described_as_in_toto_does_and_read_back() -> None:
    assert [listed(described(item)) for item in LISTED] == LISTED


def test_the_first_block_that_was_altered_is_named() -> None:
    packed = make_packed()
    at = packed.index(REST["long.bin"]) + BLOCK + 17
    altered = packed[:at] + b"!" + packed[at + 1 :]
    with pytest.raises(EvidenceError) as refused:
        unpacked(altered)
    start = packed.index(REST["long.bin"])
    assert str(refused.value) == (
        f"long.bin: bytes {BLOCK} to {2 * BLOCK} do not fit what was signed "
        f"(bytes {start + BLOCK} to {start + 2 * BLOCK} of the bundle)"
    )


def test_the_last_block_ends_with_its_member() -> None:
    packed = make_packed()
    start, size = packed.index(REST["long.bin"]), len(REST["long.bin"])
    assert size % BLOCK
    altered = packed[: start + size - 1] + b"!" + packed[start + size :]
    with pytest.raises(EvidenceError, match=rf"long\.bin: bytes {2 * BLOCK} to {size} do not fit"):
        unpacked(altered)


def misfit(content: bytes) -> str:
    """What is said of a file that should be `make_packed()`."""
    with pytest.raises(EvidenceError) as refused:
        check(content, {"first": FIRST, **REST})
    return str(refused.value).removesuffix(" of the bundle's container do not fit")


@pytest.mark.parametrize(("at", "many"), [(0, 1), (4, 3), (-1, 1), (-2, 2)])
def test_the_bytes_of_the_container_that_were_altered_are_named_from_the_first_to_the_last(
    at: int, many: int
) -> None:
    packed = bytearray(make_packed())
    first = at % len(packed)
    for place in range(first, first + many):
        packed[place] ^= 1
    assert misfit(bytes(packed)) == f"bytes {first} to {first + many}"


def test_of_two_places_that_were_altered_the_first_is_named() -> None:
    packed = bytearray(make_packed())
    packed[4] ^= 1
    packed[6] ^= 1
    assert misfit(bytes(packed)) == "bytes 4 to 5"


def test_what_was_cut_or_added_is_named_to_its_last_byte() -> None:
    packed = make_packed()
    whole = len(packed)
    assert misfit(packed[:-1]) == f"bytes {whole - 1} to {whole}"
    assert misfit(packed + b"abc") == f"bytes {whole} to {whole + 3}"


@settings(max_examples=300)
@given(st.data())
def test_no_byte_can_be_flipped_added_or_cut_unnoticed(data: st.DataObject) -> None:
    packed = make_packed()
    at = data.draw(st.integers(len(FIRST) + 40, len(packed) - 1))
    how = data.draw(st.sampled_from(["flip", "cut", "add"]))
    flipped = packed[:at] + bytes([packed[at] ^ data.draw(st.integers(1, 255))]) + packed[at + 1 :]
    altered = {"flip": flipped, "cut": packed[:at], "add": packed + b"\0"}[how]
    with pytest.raises(EvidenceError, match="bytes"):
        unpacked(altered)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(note="more"),
        lambda d: d["annotations"].update(size=BLOCK * 9),
        lambda d: d["annotations"].pop("blocks"),
        lambda d: d["annotations"]["blocks"].append("00"),
        lambda d: d["digest"].update(md5="x"),
    ],
)
def test_a_description_of_another_form_is_refused(
    change: Callable[[dict[str, Any]], object],
) -> None:
    description = described(LISTED[1])
    change(description)
    with pytest.raises(EvidenceError, match="not described"):
        listed(description)


@pytest.mark.parametrize("size", [BLOCK, BLOCK + 1, 2 * BLOCK - 1, 2 * BLOCK, 2 * BLOCK + 1])
def test_a_member_has_a_hash_for_each_block_that_its_size_begins(size: int) -> None:
    """Two blocks: the second holds from one byte to a whole block."""
    item = Listed("two", size, "00", ("11", "22"))
    if BLOCK < size <= 2 * BLOCK:
        assert listed(described(item)) == item
    else:
        with pytest.raises(EvidenceError, match="not described"):
            listed(described(item))


def test_a_name_has_at_most_a_thousand_bytes() -> None:
    longest = Listed.of("名" * 333 + "a", b"")
    assert listed(described(longest)) == longest
    with pytest.raises(EvidenceError, match="not described"):
        listed(described(Listed.of("名" * 333 + "ab", b"")))


def test_what_is_no_bundle_is_told_so() -> None:
    with pytest.raises(EvidenceError, match="does not begin with first"):
        member_at(b"PK but no more", 0, "first")
