"""Judging a paper, what somebody signed elsewhere, and doing both apart from the server."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.crypt import StandardSecurityHandler
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from jointlab.config.cli import main
from jointlab.signing.signatures import addition, confined
from jointlab.signing.signatures.addition import find_added_signature
from jointlab.signing.signatures.examination import examine
from jointlab.signing.signatures.problems import MOST_BYTES, TEXTS, Faulty, Problem
from jointlab.signing.signatures.results import Examination
from tests.signing import papers, tampering
from tests.signing.papers import START

TRUST = (papers.authority().root.certificate,)


def test_a_paper_in_order_tells_who_signed_and_when() -> None:
    found = examine(papers.complete(), trust=TRUST)

    assert found.ok
    assert [each.name for each in found.signatures] == [f"Signer {n} 李" for n in range(1, 5)]
    assert [each.time for each in found.signatures] == [
        START + timedelta(hours=n) for n in range(1, 5)
    ]
    assert found.signatures[0].emails == ("signer-1@example.org",)
    assert found.signatures[0].issuer == "Test instance"
    assert int(found.signatures[0].serial, 16) == papers.person(1).certificate.serial_number
    assert found.seal
    assert found.seal.covers == len(papers.steps()[0])
    assert [each.covers for each in found.signatures] == [len(s) for s in papers.steps()[1:5]]
    assert [each.whole_file for each in found.timestamps] == [True]


@pytest.mark.parametrize("step", range(5))
def test_a_paper_under_way_is_in_order_as_far_as_it_went(step: int) -> None:
    found = examine(papers.steps()[step], trust=TRUST, complete=False)

    assert found.problems == ()
    assert found.unsigned == tuple(f"signer-{n}" for n in range(step + 1, 5))
    assert len(found.signatures) == step


def test_nothing_is_trusted_without_a_root() -> None:
    found = examine(papers.complete(), trust=())
    assert {problem.code for problem in found.problems} == {"untrusted"}
    assert all(each.intact and not each.trusted for each in found.signatures)


def encrypted() -> bytes:
    writer = copy_into_new_writer(PdfFileReader(BytesIO(papers.plain())))
    writer._assign_security_handler(StandardSecurityHandler.build_from_pw("one", "two"))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def bomb() -> bytes:
    """A PDF whose table of objects unpacks to 500 MB."""
    packer = zlib.compressobj(1)
    zeros = bytes(1 << 20)
    packed = b"".join(packer.compress(zeros) for _ in range(500)) + packer.flush()
    head = b"%PDF-1.7\n"
    table = (
        b"1 0 obj\n<</Type/XRef/Size 9/W[1 8 8]/Index[0 30840471]/Root 2 0 R"
        b"/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    )
    return head + table + packed + b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n"


def deep() -> bytes:
    """A PDF with a trailer nested deeper than any stack."""
    nested = b"[" * 100_000 + b"]" * 100_000
    return b"%PDF-1.7\nxref\n0 0\ntrailer\n<</Size 1/X " + nested + b">>\nstartxref\n9\n%%EOF\n"


def circular() -> bytes:
    return b"%PDF-1.7\nxref\n0 0\ntrailer\n<</Size 1/Prev 9>>\nstartxref\n9\n%%EOF\n"


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "no-pdf"),
    "a text": (lambda: b"Dear all, please find", "no-pdf"),
    "a page of the web": (lambda: b"<!doctype html><title>%PDF-1.7", "no-pdf"),
    "too large": (lambda: b"%PDF-1.7\n" + bytes(MOST_BYTES), "too-large"),
    "cut off": (lambda: papers.complete()[:9000], "trailing"),
    "no end at all": (lambda: b"%PDF-1.7\n" + bytes(999), "trailing"),
    "encrypted": (encrypted, "encrypted"),
    "a bomb": (bomb, "damaged"),
    "nested": (deep, "damaged"),
    "circular": (circular, "damaged"),
    "not signed": (papers.plain, "no-signature"),
    "an end alone": (lambda: b"%PDF-1.7\nstartxref\n0\n%%EOF\n", "damaged"),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_input_gets_one_clear_line(what: str) -> None:
    make, code = BAD[what]
    found = examine(make(), trust=TRUST)

    assert [problem.code for problem in found.problems] == [code]
    assert found.problems[0].text.endswith(".")


@pytest.mark.parametrize("what", ["too large", "a bomb", "nested", "not signed"])
def test_bad_input_gets_the_same_line_from_a_process_of_its_own(what: str) -> None:
    make, code = BAD[what]
    found = confined.examine(make(), trust=TRUST)

    assert [problem.code for problem in found.problems] in ([code], ["too-much"])


def test_a_script_in_the_sealed_document_itself_is_refused() -> None:
    scripted = tampering.updated(papers.plain(), tampering.ATTACKS["a_script_at_opening"])
    found = examine(papers.prepared(1, pdf=scripted), trust=TRUST, complete=False)

    assert {problem.code for problem in found.problems} == {"active"}


def test_an_attachment_of_the_sealed_document_is_its_own_affair() -> None:
    assert b"/EmbeddedFile" in papers.plain()
    assert examine(papers.prepared(1), trust=TRUST, complete=False).ok


def test_every_problem_has_its_sentence() -> None:
    assert all(Problem(code, "signer-1").text for code in TEXTS)
    assert Problem("unsigned", "signer-1").text.startswith("signer-1: ")
    assert Problem("too-large").text == "The file is larger than 20 MB."


def test_a_child_process_finds_the_same() -> None:
    for pdf in (papers.complete(), papers.steps()[1]):
        assert confined.examine(pdf, trust=TRUST) == examine(pdf, trust=TRUST)


def test_an_examination_survives_being_written_down() -> None:
    found = examine(papers.closed(papers.steps()[2]), trust=TRUST)
    assert Examination.from_json(json.loads(json.dumps(found.as_json()))) == found


def test_a_child_that_dies_or_runs_over_gives_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "WALL_S", 0.05)
    assert confined.examine(papers.complete(), trust=TRUST).problems == (Problem("too-much"),)

    with pytest.raises(Faulty) as told:
        confined.find_added_signature(
            papers.steps()[0], papers.steps()[1], field="signer-1", trust=TRUST, email="x@y.z"
        )
    assert told.value.problem.code == "too-much"


def test_a_child_knows_nothing_of_the_server_s_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    seen: dict[str, object] = {}
    run = confined.subprocess.run

    def watched(*args: object, **kwargs: object) -> object:
        seen.update(kwargs)
        return run(*args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(confined.subprocess, "run", watched)
    assert confined.examine(papers.complete(), trust=TRUST).ok
    assert seen["env"] == {"LANG": "C.UTF-8"}


def elsewhere(n: int = 1, **changes: object) -> dict[str, object]:
    return {
        "field": f"signer-{n}",
        "trust": TRUST,
        "email": f"signer-{n}@example.org",
        **changes,
    }


def test_a_signature_made_elsewhere_is_accepted() -> None:
    signature = find_added_signature(*papers.steps()[:2], **elsewhere(email="Signer-1@EXAMPLE.org"))  # type: ignore[arg-type]

    assert signature.name == "Signer 1 李"
    assert signature.holds
    assert confined.find_added_signature(*papers.steps()[1:3], **elsewhere(2)).field == "signer-2"  # type: ignore[arg-type]


def test_a_signature_without_a_timestamp_gets_its_time_from_the_one_after_it() -> None:
    before, noon = papers.prepared(1), START + timedelta(hours=3)
    after = papers.untimed(before, papers.person(1).certificate, papers.person(1).key, START)
    signature = find_added_signature(before, after, **elsewhere(), at=noon)  # type: ignore[arg-type]
    assert signature.time is None

    found = examine(papers.closed(after, at=noon), trust=TRUST)
    assert found.ok
    assert found.signatures[0].time == noon


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "no PDF": (lambda: b"GIF89a", "no-pdf"),
    "too large": (lambda: papers.steps()[1] + bytes(MOST_BYTES), "too-large"),
    "another document": (papers.plain, "other-document"),
    "another version": (lambda: papers.signed(papers.prepared(4), 1), "other-document"),
    "the same again": (lambda: papers.steps()[0], "not-signed"),
    "two at once": (lambda: papers.steps()[2], "several"),
    "no signature": (
        lambda: tampering.updated(
            papers.steps()[0], tampering.ATTACKS["an_object_that_nothing_refers_to"]
        ),
        "changed",
    ),
    "only a timestamp": (lambda: papers.closed(papers.steps()[0]), "not-signed"),
    "a script": (
        lambda: papers.signed(
            tampering.updated(papers.steps()[0], tampering.ATTACKS["a_script_at_opening"]), 1
        ),
        "active",
    ),
    "a page replaced": (
        lambda: tampering.updated(
            papers.steps()[1], tampering.ATTACKS["another_page_in_place_of_one"]
        ),
        "changed",
    ),
    "a foreign certificate": (
        lambda: papers.signed(
            papers.steps()[0], 1, who=papers.person(1, by=papers.new_authority("Elsewhere"))
        ),
        "untrusted",
    ),
    "another place": (
        lambda: papers.signed(papers.steps()[0], 2, who=papers.person(1)),
        "other-field",
    ),
    "another person": (
        lambda: papers.signed(papers.steps()[0], 1, who=papers.person(3)),
        "somebody-else",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_is_not_what_was_asked_for_is_refused(what: str) -> None:
    make, code = REFUSED[what]
    with pytest.raises(Faulty) as told:
        addition.find_added_signature(
            papers.steps()[0], make(), **elsewhere(), at=datetime.now(UTC)
        )  # type: ignore[arg-type]

    assert told.value.problem.code == code


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JOINTLAB_HOME", str(tmp_path))
    (tmp_path / "trust" / "authorities").mkdir(parents=True)
    (tmp_path / "trust" / "authorities" / "root.pem").write_bytes(papers.authority().root_pem)
    (tmp_path / "paper.pdf").write_bytes(papers.complete())
    return tmp_path


def test_the_shell_tells_who_signed_and_says_yes(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["agreement", "verify", str(home / "paper.pdf")]) == 0
    told = capsys.readouterr().out

    assert "signed by Signer 2 李 <signer-2@example.org>, 2026-03-02 11:00:00 UTC" in told
    assert f"certificate {papers.person(2).certificate.serial_number:x} of Test instance" in told
    assert told.endswith("every signature is valid and trusted, and covers what it must\n")


def test_the_shell_says_no_and_why(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    attack = tampering.ATTACKS["another_page_in_place_of_one"]
    (home / "paper.pdf").write_bytes(tampering.updated(papers.complete(), attack))

    assert main(["agreement", "verify", str(home / "paper.pdf")]) == 1
    told = capsys.readouterr().out
    assert f"wrong: {TEXTS['changed']}\n" in told
    assert told.endswith("THIS DOCUMENT IS NOT IN ORDER\n")


def test_the_shell_trusts_the_home_s_authority_and_what_it_is_given(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = home / "trust" / "authorities" / "root.pem"
    line = ["agreement", "verify", str(home / "paper.pdf")]
    root.rename(home / "elsewhere.pem")
    assert main(line) == 1
    assert f"{home}/keys/authority/root.pem is not there. Name" in capsys.readouterr().err
    assert main([*line, "--trust", str(home / "elsewhere.pem")]) == 1
    assert main([*line, "--authority", str(home / "elsewhere.pem")]) == 0
    assert not capsys.readouterr().err.count("--authority") > 1

    (home / "keys" / "authority").mkdir(parents=True)
    (home / "elsewhere.pem").rename(home / "keys" / "authority" / "root.pem")
    assert main(line) == 0
    capsys.readouterr()


def test_the_shell_prints_json(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agreement", "verify", "--json", str(home / "paper.pdf")]) == 0
    found = json.loads(capsys.readouterr().out)

    assert found["ok"] is True
    assert [each["field"] for each in found["signatures"]] == [f"signer-{n}" for n in range(1, 5)]


@pytest.mark.parametrize("content", [b"no PDF", None])
def test_the_shell_says_when_it_cannot_read(
    home: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    path = home / "paper.pdf"
    path.unlink()
    if content is not None:
        path.write_bytes(content)

    assert main(["agreement", "verify", str(path)]) == 2
    assert capsys.readouterr()


def test_the_shell_names_a_root_that_it_cannot_read(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "trust" / "bad.pem").write_text("-----BEGIN")

    assert main(["agreement", "verify", str(home / "paper.pdf")]) == 2
    assert "bad.pem: not a certificate in PEM" in capsys.readouterr().err


def test_a_list_of_revoked_ones_that_the_home_keeps_counts(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from jointlab.signing.signatures.authority import Revoked

    gone = Revoked(papers.person(2).certificate.serial_number, START, "keyCompromise")
    crl = papers.authority().crl([gone], START + timedelta(days=1))
    (home / "trust" / "now.crl").write_bytes(crl)

    assert main(["agreement", "verify", str(home / "paper.pdf")]) == 1
    assert "signer-2: the certificate had been revoked" in capsys.readouterr().out
