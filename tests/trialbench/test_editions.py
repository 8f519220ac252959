"""The submitter's edition tells rulings, codes and rounded margins, and nothing else of a recording."""

from __future__ import annotations

import json
import math
import random
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import trialbench as tb
from tests.trialbench.artefacts.bench import sandboxed
from tests.trialbench.make import make_artefact, make_protocol
from tests.trialbench.test_judge import BRAKING, GOOD, make_drive
from trialbench import container, dsse, evidence
from trialbench.cli import main
from trialbench.disclosure import Occasions, bits_a_recording, shown
from trialbench.evidence import commitments
from trialbench.evidence.record import rounded

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SALTS = evidence.Salts(bytes(range(32)))
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ABOUT_DECEL = """
disclosure = "{disclosure}"
[inputs]
d = {{signal = "Decel", unit = "m/s^2"}}
[[criteria]]
id = "strong"
stl = "eventually(d > 3 m/s^2)"
[[criteria]]
id = "never wild"
stl = "always(d < 6 m/s^2)"
"""


def about(disclosure: str, more: str = "") -> tb.Protocol:
    head = f'name = "Decel"\nversion = "1"\n{more}'
    return tb.Protocol.loads(
        ("[protocol]\n" + head + ABOUT_DECEL.format(disclosure=disclosure)).encode()
    )


def recorded(values: list[float], name: str = "drive.csv", sha256: str = "ab" * 32) -> tb.Recording:
    times = 10_000_000 * np.arange(len(values), dtype=np.int64)
    signal = tb.Signal(times, values, "m/s^2")
    return tb.Recording(name, sha256, {"Decel": signal}, 0, int(times[-1]))


def bundles(judgement: tb.Judgement, folder: Path) -> tuple[Path, Path]:
    """The owner's edition and the submitter's."""
    owners, submitters = folder / "owner.zip", folder / "submitter.zip"
    evidence.save(judgement, owners, key=KEY, salts=SALTS, released_at=NOON)
    evidence.edition(tb.verify(owners), submitters)
    return owners, submitters


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def told(path: Path) -> dict[str, Any]:
    """An edition without what is allowed to differ: signature, time, commitments."""
    content = members(path)
    record = json.loads(content.pop("verdict.json"))
    for item in record["recordings"]:
        item["commitment"] = len(item["commitment"])
    stated = json.loads(dsse.opened(content.pop("statement.dsse.json"), KEY.public_key()))
    subjects = [
        each for each in stated["subject"] if each["name"] not in ("verdict.json", "private")
    ]
    predicate = stated["predicate"] | {"configuration": len(stated["predicate"]["configuration"])}
    return {**content, "record": record, "subjects": subjects, "predicate": predicate}


def test_both_editions_carry_one_envelope_and_verify(tmp_path: Path) -> None:
    artefact = make_artefact(tmp_path / "good", GOOD)
    protocol = make_protocol(BRAKING)
    owners, submitters = bundles(tb.judge(protocol, [make_drive()], artefact), tmp_path)
    whole, part = members(owners), members(submitters)
    assert list(part) == ["statement.dsse.json", "verdict.json", "protocol.toml", "public-key.pem"]
    assert part.items() <= whole.items()
    assert {name for name in whole if name not in part} >= {
        "private/salt", "private/MANIFEST.json", "private/judgement.json", "private/report.html",
        "private/outputs/R1.parquet",
    }  # fmt: skip
    for path, opened in ((owners, True), (submitters, False)):
        checked = tb.verify(path, key=KEY.public_key())
        assert (checked.valid, checked.opened) == (True, opened)
        assert checked.verdict["verdict"] == "accepted"


@pytest.mark.parametrize("disclosure", ["verdict", "margin"])
def test_nothing_of_a_recording_but_its_commitment_is_in_the_submitters_edition(
    tmp_path: Path, disclosure: str
) -> None:
    secret = recorded([0.0, 4.75319, 2.0], "prototype-77.blf", "5e" * 32)
    _, submitters = bundles(tb.judge(about(disclosure), [secret]), tmp_path)
    content = submitters.read_bytes()
    for word in (
        b"prototype",
        b"5e5e5e",
        b"4.75319",
        b"environment",
        b"numpy",
        b"violations",
        b"worst",
    ):
        assert word not in content
    (item,) = json.loads(members(submitters)["verdict.json"])["recordings"]
    assert item["alias"] == "R1"
    assert item.keys() == {"alias", "commitment", "generated", "verdict", "failure", "criteria"}
    margins = {"margin", "unit"} if disclosure == "margin" else set()
    assert {key for each in item["criteria"] for key in each} == {"id", "verdict"} | margins


def test_margins_are_rounded_before_they_are_signed(tmp_path: Path) -> None:
    judgement = tb.judge(about("margin"), [recorded([0.0, 4.75319])])
    _, submitters = bundles(judgement, tmp_path)
    criteria = json.loads(members(submitters)["verdict.json"])["recordings"][0]["criteria"]
    assert [(each["margin"], each["unit"]) for each in criteria] == [(1.8, "m/s^2"), (1.2, "m/s^2")]
    more = tb.judge(about("margin", "margin_digits = 4\n"), [recorded([0.0, 4.75319])])
    _, submitters = bundles(more, tmp_path)
    criteria = json.loads(members(submitters)["verdict.json"])["recordings"][0]["criteria"]
    assert [each["margin"] for each in criteria] == [1.753, 1.247]


@given(st.floats(allow_nan=False), st.integers(1, 15))
def test_a_rounded_margin_has_its_sign_and_so_many_digits(value: float, digits: int) -> None:
    found = rounded(value, digits)
    assert found is not None
    assert (found > 0, found < 0) == (value > 0, value < 0)
    assert found == float(f"{found:.{digits - 1}e}")


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_recordings_on_which_the_same_comes_out_give_the_same_edition(
    tmp_path: Path, data: st.DataObject
) -> None:
    """Non-interference, relative to rulings, codes and rounded margins."""
    disclosure = data.draw(st.sampled_from(["verdict", "margin"]))
    peak, other = data.draw(st.tuples(st.floats(3.2, 5.8), st.floats(3.2, 5.8)))
    if disclosure == "margin":
        other = peak  # the margins are those of the peak; all the rest may differ
    editions = []
    for number, top in enumerate((peak, other)):
        low = data.draw(st.lists(st.floats(-50, 3.0), min_size=2, max_size=9))
        at = data.draw(st.integers(0, len(low)))
        drive = recorded(
            [*low[:at], top, *low[at:]], data.draw(st.text("abc", min_size=1)), f"{number:064x}"
        )
        judgement = tb.judge(about(disclosure), [drive])
        editions.append(told(bundles(judgement, tmp_path)[1]))
    assert editions[0] == editions[1]


def test_a_trial_held_again_gives_the_same_bytes(tmp_path: Path) -> None:
    first = bundles(tb.judge(about("margin"), [recorded([0.0, 4.0])]), tmp_path)[0].read_bytes()
    again = bundles(tb.judge(about("margin"), [recorded([0.0, 4.0])]), tmp_path)[0].read_bytes()
    assert first == again


def test_a_commitment_cannot_be_guessed_without_the_owners_salts(tmp_path: Path) -> None:
    drive = recorded([0.0, 4.0])
    made = []
    for key in (bytes(32), bytes([1] * 32)):
        path = tmp_path / "bundle.zip"
        evidence.save(
            tb.judge(about("verdict"), [drive]),
            path,
            key=KEY,
            salts=evidence.Salts(key),
            released_at=NOON,
        )
        made.append(tb.verify(path).verdict["recordings"][0]["commitment"])
    assert made[0] != made[1]
    salt = evidence.Salts(bytes(32)).of_recording(about("verdict").sha256, "R1")
    assert made[0] == commitments.recording(salt, drive.sha256)


def test_the_same_recording_is_committed_to_otherwise_for_another_need() -> None:
    needs = ("00" * 32, "11" * 32)
    salts = {SALTS.of_recording(need, alias) for need in needs for alias in ("R1", "R2")}
    assert len(salts) == 4


# An artefact that tries to say what it saw

TELLTALE = """
import os
def run(steps):
    for number, step in enumerate(steps):
        secret = int(step.last["x"])
        if number == 1:
            print(secret)
            open(f"/tmp/{secret}", "w").write(str(secret))
            way, rest = secret % 8, secret // 8
            if way == 1: raise ValueError(f"the secret is {secret}")
            if way == 2: os._exit(rest % 128)
            if way == 3: os.kill(os.getpid(), 1 + rest % 15)
            if way == 4: held = bytearray((rest + 1) << 32)
            if way == 5: yield {"y": secret, str(secret): 1.0}
            if way == 6: return
            if way == 7: os.write(1, bytes(rest) * 100)
        yield {"y": float(secret)}
"""


@sandboxed
def test_an_artefact_that_encodes_its_secrets_gets_no_more_out_than_the_budget(
    tmp_path: Path,
) -> None:
    """Through answers, failures, exit codes, signals, memory, names, prints: a sample of 4,096 secrets."""
    protocol = tb.Protocol.loads(
        b'[protocol]\nname = "x"\nversion = "1"\ndisclosure = "verdict"\n[inputs]\nx = {signal = "x"}\n'
        b'[outputs]\ny = {kind = "value"}\n[[criteria]]\nid = "a"\nstl = "always(y < 2000)"\n'
    )
    artefact = make_artefact(tmp_path / "telltale", TELLTALE)
    chance = random.Random("secrets")
    editions = set()
    for secret in chance.sample(range(4096), 48):
        times = 10_000_000 * np.arange(4, dtype=np.int64)
        signal = tb.Signal(times, np.full(4, float(secret)))
        drive = tb.Recording("drive.csv", f"{secret:064x}", {"x": signal}, 0, int(times[-1]))
        _, submitters = bundles(tb.judge(protocol, [drive], artefact), tmp_path)
        editions.add(repr(told(submitters)))
    assert 4 <= len(editions) <= round(2 ** bits_a_recording(protocol))


@pytest.mark.parametrize(
    ("disclosure", "bits"),
    [("verdict", math.log2(3**2)), ("margin", math.log2((1 + 2 * (2 * 90 * 633 + 3)) ** 2))],
)
def test_the_budget_counts_what_can_be_told_apart(disclosure: str, bits: float) -> None:
    assert bits_a_recording(about(disclosure)) == pytest.approx(bits)
    found = shown(about(disclosure), Occasions(recordings=4, tries=5, controls=1, objections=2))
    assert found["bits"] == pytest.approx(bits * 4 * 8)


def test_traces_have_no_budget_and_the_protocol_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "p.toml"
    path.write_bytes(about("trace", 'traces = ["d"]\n').text)
    assert main(["protocol", "show", str(path)]) == 0
    said = capsys.readouterr().out
    for line in (
        "an artefact sees",
        "d [m/s^2]",
        "leak budget: none",
        "the traces of d",
        "never wild",
    ):
        assert line in said
    path.write_bytes(about("margin").text)
    assert main(["protocol", "show", str(path), "--tries", "3", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["occasions"]["tries"] == 3
    assert main(["protocol", "show", str(path)]) == 0
    assert "margins of 2 digits" in capsys.readouterr().out


# Bundles rebuilt by somebody who can make zips, but not sign


def rebuilt(path: Path, change: Callable[[dict[str, bytes]], object]) -> str | None:
    """What the check says of the container made anew of changed members."""
    content = members(path)
    change(content)
    checked = evidence.check(container.pack(content), KEY.public_key())
    assert checked.members is None or checked.valid
    return checked.problem


def altered(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], object]:
    def change(content: dict[str, bytes]) -> None:
        assert old in content[name]
        content[name] = content[name].replace(old, new, 1)

    return change


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (altered("verdict.json", b"accepted", b"rejected"), "verdict.json"),
        (altered("protocol.toml", b"3 m/s^2", b"9 m/s^2"), "protocol.toml"),
        (lambda content: content.pop("protocol.toml"), "protocol.toml"),
        (altered("private/report.html", b"<html", b"<HTML"), "private/report.html"),
        (altered("private/judgement.json", b"pass", b"fail"), "private/judgement.json"),
        (lambda content: content.update({"private/salt": bytes(32)}), "private/salt"),
        (lambda content: content.update({"private/MANIFEST.json": b"[]"}), "private/MANIFEST.json"),
        (lambda content: content.pop("private/judgement.json"), "private/judgement.json"),
        (lambda content: content.pop("private/MANIFEST.json"), "private/MANIFEST.json"),
        (lambda content: content.pop("private/salt"), "container"),
        (lambda content: content.update({"APPROVED BY THE DIVISION": b"yes"}), "container"),
        (lambda content: content.update({"private/more.txt": b"yes"}), "container"),
    ],
)
def test_a_rebuilt_container_is_refused_and_the_member_named(
    tmp_path: Path, change: Callable[[dict[str, bytes]], object], named: str
) -> None:
    owners, _ = bundles(tb.judge(about("verdict"), [recorded([0.0, 4.0])]), tmp_path)
    assert rebuilt(owners, lambda content: None) is None
    problem = rebuilt(owners, change)
    assert problem is not None
    assert named in problem
    assert "\n" not in problem


def test_a_statement_that_does_not_agree_with_the_record_is_refused(tmp_path: Path) -> None:
    """Signed by the right key, but saying otherwise than verdict.json does."""
    owners, _ = bundles(tb.judge(about("verdict"), [recorded([0.0, 4.0])]), tmp_path)
    content = members(owners)
    stated = json.loads(dsse.opened(content["statement.dsse.json"], KEY.public_key()))
    for change in (
        lambda s: s["predicate"].update(result="FAILED"),
        lambda s: s["predicate"].update(note="APPROVED BY THE DIVISION"),
        lambda s: s["predicate"]["configuration"].pop(),
        lambda s: s["predicate"]["passedTests"].pop(),
        lambda s: s.update(note="x"),
        lambda s: s["subject"].insert(0, {"name": "x", "digest": {"sha256": "00" * 32}}),
    ):
        other = json.loads(json.dumps(stated))
        change(other)
        envelope = dsse.seal(evidence.statement.canonical(other), KEY)
        problem = rebuilt(
            owners, lambda c, envelope=envelope: c.update({"statement.dsse.json": envelope})
        )
        assert problem == "statement.dsse.json: does not agree with verdict.json"


def test_a_bundle_of_the_first_form_has_no_editions(tmp_path: Path) -> None:
    owners, _ = bundles(tb.judge(about("verdict"), [recorded([0.0, 4.0])]), tmp_path)
    content = members(owners)
    stated = json.loads(dsse.opened(content["statement.dsse.json"], KEY.public_key()))
    stated["subject"].pop()
    old = {name: content[name] for name in ("verdict.json", "protocol.toml", "public-key.pem")}
    envelope = dsse.seal(evidence.statement.canonical(stated), KEY)
    (tmp_path / "old.zip").write_bytes(container.pack({"statement.dsse.json": envelope, **old}))
    checked = tb.verify(tmp_path / "old.zip", key=KEY.public_key())
    assert checked.valid
    with pytest.raises(tb.EvidenceError, match="first form"):
        evidence.edition(checked, tmp_path / "edition.zip")


# What a protocol may disclose besides


def test_traces_become_public_members_where_the_protocol_names_them(tmp_path: Path) -> None:
    protocol = about("trace", 'traces = ["d"]\n')
    owners, submitters = bundles(tb.judge(protocol, [recorded([0.0, 4.0])]), tmp_path)
    for path in (owners, submitters):
        assert tb.verify(path).valid
    trace = tmp_path / "d.parquet"
    trace.write_bytes(members(submitters)["traces/R1/d.parquet"])
    assert tb.read(trace).signals["d"].values.tolist() == [0.0, 4.0]
    assert (
        "worst_time"
        in json.loads(members(submitters)["verdict.json"])["recordings"][0]["criteria"][0]
    )


def test_of_a_recording_that_cannot_be_read_there_is_no_trace(tmp_path: Path) -> None:
    protocol = about("trace", 'traces = ["d"]\n')
    broken = tb.Unreadable("broken.blf", "cd" * 32, "no header")
    owners, submitters = bundles(tb.judge(protocol, [recorded([0.0, 4.0]), broken]), tmp_path)
    traces = [name for name in members(submitters) if name.startswith("traces/")]
    assert traces == ["traces/R1/d.parquet"]
    assert tb.verify(owners).valid
    assert b"no header" not in submitters.read_bytes()


def test_only_a_valid_bundle_has_editions(tmp_path: Path) -> None:
    (tmp_path / "broken.zip").write_bytes(b"PK")
    checked = tb.verify(tmp_path / "broken.zip", key=KEY.public_key())
    with pytest.raises(tb.EvidenceError, match="only a valid bundle has editions"):
        evidence.edition(checked, tmp_path / "edition.zip")


@pytest.mark.parametrize(
    ("disclosure", "more", "problem"),
    [
        ("margin", 'traces = ["d"]\n', "only disclosure"),
        ("trace", 'traces = ["e"]\n', "'e' is not declared"),
        ("trace", 'traces = ["d", "d"]\n', "different names"),
        ("trace", 'traces = "d"\n', "different names"),
        ("margin", "margin_digits = 0\n", "from 1 to 15"),
        ("margin", "margin_digits = true\n", "from 1 to 15"),
    ],
)
def test_what_cannot_be_disclosed_is_refused(disclosure: str, more: str, problem: str) -> None:
    with pytest.raises(tb.ProtocolError, match=problem):
        about(disclosure, more)


def test_a_unit_of_the_recordings_own_is_not_told(tmp_path: Path) -> None:
    text = about("margin").text.replace(b', unit = "m/s^2"', b"")
    protocol = tb.Protocol.loads(text)
    _, submitters = bundles(tb.judge(protocol, [recorded([0.0, 4.0])]), tmp_path)
    assert (
        json.loads(members(submitters)["verdict.json"])["recordings"][0]["criteria"][0]["unit"]
        == ""
    )


# The command line


def test_the_command_line_makes_the_edition_and_says_what_is_withheld(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "p.toml").write_bytes(about("verdict").text)
    (tmp_path / "t.csv").write_text("time,Decel [m/s^2]\n0,1\n1,4\n")
    monkeypatch.chdir(tmp_path)
    assert main(["judge", "p.toml", "t.csv", "--out", "owner.zip"]) == 0
    assert main(["edition", "owner.zip", "--for", "submitter", "--out", "theirs.zip"]) == 0
    assert "withheld" in capsys.readouterr().out
    assert main(["verify", "theirs.zip", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["private"] == "withheld"
    assert main(["verify", "theirs.zip"]) == 0
    assert "private part withheld" in capsys.readouterr().out
    assert main(["verify", "theirs.zip", "--rerun", "t.csv"]) == 0
    assert "judged again: the same" in capsys.readouterr().out
    key = tmp_path / "config/trialbench/salt-key"
    assert (key.stat().st_mode & 0o777, len(key.read_text())) == (0o600, 65)


def test_a_salt_key_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("abc")
    with pytest.raises(tb.EvidenceError, match="64 hexadecimal digits"):
        evidence.Salts.load(tmp_path / "key")
    with pytest.raises(tb.EvidenceError, match="No such file"):
        evidence.Salts.load(tmp_path / "gone")
    with pytest.raises(tb.EvidenceError, match="32 bytes, not 3"):
        evidence.Salts(b"abc")


def test_the_users_own_salt_key_is_made_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert evidence.Salts.load() == evidence.Salts.load()


def test_a_place_where_no_salt_key_can_be_made_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "file"))
    with pytest.raises(tb.EvidenceError, match="Not a directory"):
        evidence.Salts.load()
