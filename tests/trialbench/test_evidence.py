from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from google.protobuf.json_format import ParseDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from in_toto_attestation.predicates.test_result.v0.test_result_pb2 import TestResult as ResultProto
from in_toto_attestation.v1.statement import Statement
from in_toto_attestation.v1.statement_pb2 import Statement as StatementProto

import trialbench as tb
from tests.trialbench.make import make_artefact, make_protocol
from tests.trialbench.test_judge import BRAKING, GOOD, MUTE, make_drive
from trialbench import dsse, evidence

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key()
SALTS = evidence.Salts(bytes(32))
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def judgement(tmp_path_factory: pytest.TempPathFactory) -> tb.Judgement:
    artefact = make_artefact(tmp_path_factory.mktemp("good"), GOOD)
    return tb.judge(make_protocol(BRAKING), [make_drive()], artefact)


@pytest.fixture(scope="module")
def bundle(judgement: tb.Judgement, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundle") / "bundle.zip"
    evidence.save(judgement, path, key=KEY, salts=SALTS)
    return path


def test_a_bundle_verifies_with_nothing_but_itself_and_the_public_key(bundle: Path) -> None:
    checked = tb.verify(bundle, key=PUBLIC)
    assert checked.valid
    assert checked
    assert (checked.trusted, checked.key_id) == (True, dsse.key_id(PUBLIC))
    assert checked.verdict["verdict"] == "accepted"


def test_without_a_key_it_is_checked_by_the_one_inside_and_says_so(bundle: Path) -> None:
    checked = tb.verify(bundle)
    assert checked.valid
    assert not checked.trusted


def test_another_key_does_not_open_it(bundle: Path) -> None:
    checked = tb.verify(bundle, key=Ed25519PrivateKey.generate().public_key())
    assert not checked.valid
    assert "the signature is not by key" in checked.problem
    assert checked.verdict is None


def test_it_holds_all_that_led_to_the_verdict(bundle: Path, judgement: tb.Judgement) -> None:
    with zipfile.ZipFile(bundle) as packed:
        verdict = json.loads(packed.read("private/judgement.json"))
        assert packed.read("protocol.toml") == judgement.protocol.text
        assert b"<html" in packed.read("private/report.html")
        assert any(name.startswith("private/plots/") for name in packed.namelist())
        outputs = packed.read("private/outputs/R1.parquet")
    assert verdict["protocol"]["sha256"] == judgement.protocol.sha256
    assert verdict["artefact"]["sha256"] == judgement.artefact.sha256
    assert [item["sha256"] for item in verdict["recordings"]] == [make_drive().sha256]
    assert {"python", "numpy"} <= verdict["environment"].keys()
    assert [item["id"] for item in verdict["criteria"]] == ["prompt", "never wild"]
    assert len(outputs) > 100


def test_the_benchs_own_reader_reads_the_answers(
    bundle: Path, judgement: tb.Judgement, tmp_path: Path
) -> None:
    with zipfile.ZipFile(bundle) as packed:
        path = Path(packed.extract("private/outputs/R1.parquet", tmp_path))
    answered = tb.read(path).signals["warning"]
    assert answered.values.tolist() == judgement.parts[0].scene.signals["warning"].values.tolist()


def test_its_statement_is_an_in_toto_test_result(bundle: Path, judgement: tb.Judgement) -> None:
    with zipfile.ZipFile(bundle) as packed:
        content = json.loads(dsse.opened(packed.read("statement.dsse.json"), PUBLIC))
    parsed = ParseDict(content, StatementProto())
    Statement.copy_from_pb(parsed).validate()
    assert parsed.predicate_type == "https://in-toto.io/attestation/test-result/v0.1"
    # Parsers ignore what they do not know of a predicate (its specification, parsing rules).
    result = ParseDict(content["predicate"], ResultProto(), ignore_unknown_fields=True)
    assert result.result == "PASSED"
    assert list(result.passed_tests) == ["prompt", "never wild"]
    assert [item.name for item in result.configuration] == ["protocol.toml", "R1"]
    assert content["subject"][-1]["name"] == "private"
    assert content["subject"][0] == {
        "name": "Detector",
        "digest": {"sha256": judgement.artefact.sha256},
    }


def test_the_same_judgement_makes_the_same_bytes_but_for_the_time(
    judgement: tb.Judgement, tmp_path: Path
) -> None:
    for name in ("first", "second"):
        evidence.save(judgement, tmp_path / name, key=KEY, salts=SALTS, released_at=NOON)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()
    later = datetime(2026, 11, 22, 13, tzinfo=UTC)
    evidence.save(judgement, tmp_path / "third", key=KEY, salts=SALTS, released_at=later)
    members = []
    for name in ("first", "third"):
        with zipfile.ZipFile(tmp_path / name) as packed:
            members.append({entry: packed.read(entry) for entry in packed.namelist()})
    assert {name for name in members[0] if members[0][name] != members[1][name]} == {
        "statement.dsse.json"
    }


def test_another_run_of_the_same_trial_makes_the_same_members(
    judgement: tb.Judgement, tmp_path: Path
) -> None:
    again = tb.judge(make_protocol(BRAKING), [make_drive()], make_artefact(tmp_path / "good", GOOD))
    evidence.save(judgement, tmp_path / "first", key=KEY, salts=SALTS, released_at=NOON)
    evidence.save(again, tmp_path / "second", key=KEY, salts=SALTS, released_at=NOON)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(at=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_no_byte_of_a_bundle_can_be_altered_unnoticed(bundle: Path, at: float, flip: int) -> None:
    content = bytearray(bundle.read_bytes())
    content[int(at * len(content))] ^= flip
    checked = evidence.check(bytes(content), PUBLIC)
    assert not checked.valid
    assert checked.members is None
    assert "\n" not in checked.problem


def test_a_changed_verdict_is_named_with_its_bytes(bundle: Path) -> None:
    content = bundle.read_bytes()
    at = content.index(b'"verdict":"accepted"')
    altered = content[:at] + b'"verdict":"rejected"' + content[at + 20 :]
    assert evidence.check(altered, PUBLIC).problem.startswith("verdict.json: bytes 0 to ")


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"not a zip at all, but long enough to hold a header" * 4]
)
def test_what_is_no_bundle_is_not_valid(content: bytes) -> None:
    assert "not an evidence bundle" in evidence.check(content, PUBLIC).problem


def test_a_bundle_without_its_key_needs_one_given(bundle: Path) -> None:
    content = bundle.read_bytes().replace(
        b"-----BEGIN PUBLIC KEY-----", b"-----BEGIN PUBLIC KEX-----"
    )
    assert "public-key.pem is missing" in evidence.check(content, None).problem


def test_a_file_that_is_not_there_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(tb.EvidenceError, match="No such file"):
        tb.verify(tmp_path / "gone.zip")


def test_judging_again_finds_the_same(bundle: Path, tmp_path: Path) -> None:
    assert tb.rerun(tb.verify(bundle), [make_drive()], make_artefact(tmp_path, GOOD)) == ()


def test_judging_again_with_another_artefact_names_what_differs(
    bundle: Path, tmp_path: Path
) -> None:
    differences = tb.rerun(tb.verify(bundle), [make_drive()], make_artefact(tmp_path, MUTE))
    assert any(
        difference.startswith('verdict: was "accepted", is now "rejected"')
        for difference in differences
    )
    assert "private/outputs/R1.parquet: the artefact answered otherwise" in differences
    assert any(
        difference.startswith("artefact: ") and len(difference) < 250 for difference in differences
    )


def test_only_a_valid_bundle_is_judged_again(tmp_path: Path) -> None:
    broken = tmp_path / "b.zip"
    broken.write_bytes(b"PK")
    with pytest.raises(tb.EvidenceError, match="only a valid bundle"):
        tb.rerun(tb.verify(broken), [])


def test_a_bundle_that_cannot_be_written_leaves_nothing(
    judgement: tb.Judgement, tmp_path: Path
) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "inside").write_text("")
    with pytest.raises(tb.EvidenceError, match="nothing was written"):
        evidence.save(judgement, tmp_path / "taken", key=KEY, salts=SALTS)
    with pytest.raises(tb.EvidenceError, match="nothing was written"):
        evidence.save(judgement, tmp_path / "no folder" / "bundle.zip", key=KEY, salts=SALTS)
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_a_full_disk_leaves_the_bundle_before_as_it_was(
    judgement: tb.Judgement, tmp_path: Path
) -> None:
    """A file-size limit of this process stands in for the disk: the same write fails the same way."""
    import resource
    import signal

    path = tmp_path / "bundle.zip"
    evidence.save(judgement, path, key=KEY, salts=SALTS)
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
        with pytest.raises(tb.EvidenceError, match="File too large; nothing was written"):
            evidence.save(judgement, path, key=KEY, salts=SALTS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


def test_a_trial_without_an_artefact_holds_no_answers(tmp_path: Path) -> None:
    protocol = make_protocol(
        '[inputs]\nd = {signal = "Decel"}\n[[criteria]]\nid = "a"\nstl = "always(d < 6)"\n'
    )
    evidence.save(tb.judge(protocol, [make_drive()]), tmp_path / "bundle.zip", key=KEY, salts=SALTS)
    checked = tb.verify(tmp_path / "bundle.zip", key=PUBLIC)
    assert checked.verdict["artefact"] is None
    assert not any(name.startswith("private/outputs/") for name in checked.members)
    assert tb.rerun(checked, [make_drive()]) == ()


def test_the_parquet_of_the_answers_is_a_plain_table(bundle: Path) -> None:
    import pyarrow.parquet as pq

    with zipfile.ZipFile(bundle) as packed:
        table = pq.read_table(io.BytesIO(packed.read("private/outputs/R1.parquet")))
    assert table.column_names == ["timestamp_ns", "warning"]
