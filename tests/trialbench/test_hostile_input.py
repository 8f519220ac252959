"""Input that nobody means well by is refused in one line: a sample by seed (`make fuzz` has the whole)."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.trialbench.hostile import READERS, Reader, bundles, outcome, protocols
from trialbench import Protocol, container, dsse, evidence
from trialbench.errors import EvidenceError, ProtocolError, TrialbenchError
from trialbench.evidence.checking import check
from trialbench.evidence.members import JUDGEMENT, KEY, PROTOCOL, VERDICT
from trialbench.evidence.statement import canonical
from trialbench.quantity import duration_ns, size_bytes
from trialbench.rerunning import _differences
from trialbench.toml import read_toml

TRIES = 40


@pytest.mark.parametrize("name", READERS)
def test_nothing_crashes_a_reader(tmp_path: Path, name: str) -> None:
    path = tmp_path / "input"
    found = set()
    for seed in range(TRIES):
        path.write_bytes(READERS[name].made(random.Random(f"{name} {seed}")))
        found.add(outcome(READERS[name], path))
    assert len(found) > 1, "every input came to the same"


def test_what_the_fuzz_begins_with_is_sound() -> None:
    assert Protocol.loads(protocols.SOUND.encode()).traces == ("v",)
    assert check(container.pack(bundles.sound()), bundles.SIGNER.public_key()).valid


def test_a_crash_is_seen(tmp_path: Path) -> None:
    """The helper itself."""

    def crashing(path: Path) -> bool:
        raise RecursionError(path)

    def dumping(path: Path) -> bool:
        raise TrialbenchError(path)

    with pytest.raises(RecursionError):
        outcome(Reader("crashing", lambda _: b"", crashing), tmp_path)
    assert outcome(Reader("dumping", lambda _: b"", dumping), tmp_path) == str(tmp_path)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("a = " + "[" * 40 + "]" * 40, "nested more than 32 deep"),
        ("a = " + "[" * 100_000, "nested more than 32 deep"),
        ("a." * 900 + "a = 1", "nested more than 32 deep"),
        ("\n" + "a." * 2000 + "a = 1", "line 2 has more than 1000 dots"),
        ("a = " + "9" * 10_000, "more than 64 bits"),
        ("a = 0x" + "f" * 10_000, "more than 64 bits"),
        ("a = 9223372036854775808", "more than 64 bits"),
        ("é = 1", "not TOML: .*; a name outside ASCII is written in quotes"),
        ("#" * (4 << 20) + "#", "larger than 4 MiB"),
    ],
)
def test_toml_beyond_bounds_is_refused(text: str, cause: str) -> None:
    with pytest.raises(ValueError, match=cause):
        read_toml(text.encode())
    with pytest.raises(ProtocolError, match=cause):
        Protocol.loads(text.encode())


def test_toml_within_bounds_is_read() -> None:
    least = -(1 << 63)
    assert read_toml(f"a = {least}\nb.c = [[1]]".encode()) == {"a": least, "b": {"c": [[1]]}}


@pytest.mark.parametrize("written", ["9" * 18 + " h", "9" * 5000 + " s", 2**62, 1e300])
def test_a_duration_of_centuries_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match=r"too much|is not a duration"):
        duration_ns(written)


def test_a_size_beyond_any_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="too much"):
        size_bytes("9999999999999 GiB")


@pytest.mark.parametrize("text", ["a\nb", "x" * 10_000 + " remedy", "\ud800"])
def test_an_error_is_one_line_whatever_it_quotes(text: str) -> None:
    told = str(TrialbenchError(text))
    assert len(told.splitlines()) == 1
    assert len(told) <= 1003
    assert told.encode().endswith(text[-1:].encode(errors="backslashreplace"))


@pytest.mark.parametrize("content", [b"[1]", b"{", b"[" * 100_000])
def test_what_is_no_judgement_is_not_compared(content: bytes) -> None:
    with pytest.raises(EvidenceError, match="no judgement"):
        list(_differences({JUDGEMENT: content}, {JUDGEMENT: b"{}"}))


def test_answers_that_are_no_table_are_other_answers() -> None:
    name = "private/outputs/R1.parquet"
    before, after = {JUDGEMENT: b"{}", name: b"x"}, {JUDGEMENT: b"{}", name: b"y"}
    assert list(_differences(before, after)) == [f"{name}: the artefact answered otherwise"]


def test_a_key_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "salt"
    path.write_bytes(b"\xff" * 64)
    with pytest.raises(EvidenceError, match="no salt key"):
        evidence.Salts.load(path)


def test_what_is_signed_and_does_not_agree_is_named() -> None:
    sound = bundles.sound()
    other = dsse.pem(Ed25519PrivateKey.generate().public_key())
    without = {name: data for name, data in sound.items() if name != PROTOCOL}
    unlisted = bundles.stated(sound)
    unlisted["subject"] = [each for each in unlisted["subject"] if each["name"] != PROTOCOL]
    for content, problem in (
        (
            bundles.restated(dict(sound), {VERDICT: sound[VERDICT] + b" "}),
            "not spelled as a record is",
        ),
        (bundles.restated(dict(sound), {KEY: other}), "not the key that signed the statement"),
        (
            bundles.resealed(without, canonical(unlisted)),
            "protocol.toml is not among what is signed",
        ),
    ):
        told = check(content, bundles.SIGNER.public_key()).problem
        assert told is not None
        assert re.search(problem, told), told
