"""What signing puts together is encoded once a value, however deep it lies."""

from __future__ import annotations

import pytest
from asn1crypto import core

from jointlab.signing.signatures import tokens
from jointlab.signing.signatures.encoding import COMPOUND

DEEP = 14
SHALLOW = 8  # where each level doubles the work


class Leaf(core.Integer):  # type: ignore[misc]
    """A number that counts how often it is encoded."""

    encoded = 0

    def dump(self, force: bool = False) -> bytes:
        """Return its encoding."""
        Leaf.encoded += 1
        return bytes(super().dump(force=force))


class Innermost(core.Sequence):  # type: ignore[misc]
    _fields = [("leaf", Leaf)]  # noqa: RUF012


def nested(value: core.Asn1Value, levels: int = DEEP) -> core.Asn1Value:
    """The value in many sequences and sets, as a certificate lies in a signature."""
    for level in range(levels):
        kind = (core.SequenceOf, core.SetOf)[level % 2]
        outer = type("Outer", (kind,), {"_child_spec": type(value)})()
        outer.append(value)
        value = outer
    return value


@pytest.mark.parametrize("force", [False, True])
def test_a_value_is_encoded_about_once_a_level(force: bool) -> None:
    assert tokens
    Leaf.encoded = 0
    nested(Innermost({"leaf": 7})).dump(force=force)
    assert Leaf.encoded <= 3 * DEEP


def test_a_length_that_ends_in_80_costs_no_more() -> None:
    whole = nested(long := Innermost({"leaf": 1 << (8 * 0x17C - 2)}))
    first = whole.dump()
    assert long.dump()[:4] == bytes.fromhex("30820180")
    Leaf.encoded = 0
    assert whole.dump() == first
    assert Leaf.encoded <= 3 * DEEP


def test_what_changes_afterwards_is_encoded_anew() -> None:
    inner = Innermost({"leaf": 7})
    whole = nested(inner)
    before = whole.dump()
    inner["leaf"] = 8
    after = whole.dump()
    assert before != after
    assert after == nested(Innermost({"leaf": 8})).dump()


def test_asn1crypto_does_not_do_so_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where this fails, asn1crypto encodes a value once: take signatures/encoding.py out."""
    for kind in COMPOUND:
        monkeypatch.setattr(kind, "_set_contents", kind._set_contents.__wrapped__)
    counts = []
    for leaf in (7, 1 << (8 * 0x17C - 2)):  # the second has a length that ends in 80
        whole = nested(Innermost({"leaf": leaf}), SHALLOW)
        whole.dump()
        Leaf.encoded = 0
        whole.dump()
        counts.append(Leaf.encoded)
    assert max(counts) > 3 * SHALLOW
