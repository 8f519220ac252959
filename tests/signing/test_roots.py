"""What a root is trusted for: people sign by one in trust/, and nobody seals or timestamps by it."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from django.conf import LazySettings

from jointlab.common.errors import Refusal
from jointlab.config.cli import main
from jointlab.signing import instance
from jointlab.signing.signatures import confined
from jointlab.signing.signatures.addition import find_added_signature
from jointlab.signing.signatures.authority import Authority
from jointlab.signing.signatures.examination import examine
from tests.signing import papers
from tests.signing.papers import START

OWN = papers.authority().root.certificate


@cache
def foreign() -> Authority:
    return papers.new_authority("Wide World")


FOREIGN = foreign().root.certificate


def codes(pdf: bytes) -> set[tuple[str, str]]:
    found = examine(pdf, trust=[OWN], people=[FOREIGN])
    assert confined.examine(pdf, trust=[OWN], people=[FOREIGN]) == found
    return {(problem.code, problem.field) for problem in found.problems}


def test_people_sign_by_a_root_that_is_for_people() -> None:
    who, noon = papers.person(1, by=foreign()), START + timedelta(hours=3)
    before = papers.prepared(1)
    after = papers.untimed(before, who.certificate, who.key, papers.START)
    signature = find_added_signature(
        before,
        after,
        field="signer-1",
        trust=[OWN],
        people=[FOREIGN],
        email=who.email,
        crls=[foreign().crl([], START)],
        at=noon,
    )
    assert signature.holds

    closed = papers.closed(after, at=noon)
    lists = [foreign().crl([], START)]
    assert examine(closed, trust=[OWN], people=[FOREIGN], crls=lists).ok
    assert not examine(closed, trust=[OWN], crls=lists).ok


def test_nobody_seals_or_timestamps_by_it() -> None:
    assert codes(papers.in_steps(1, by=foreign())[-1]) == {
        ("untrusted", "seal"),
        ("timestamp", "signer-1"),
        ("untrusted", "closing"),
    }


def test_a_seal_alone_by_it_is_refused() -> None:
    home = papers.authority()
    mixed = Authority(home.origin, home.root, foreign().seal, home.timestamper)
    paper = papers.closed(papers.signed(papers.prepared(1, by=mixed), 1))

    assert ("untrusted", "seal") in codes(paper) or ("not-checkable", "seal") in codes(paper)


def test_a_timestamp_alone_by_it_is_refused() -> None:
    home = papers.authority()
    mixed = Authority(home.origin, home.root, home.seal, foreign().timestamper)
    paper = papers.signed(papers.prepared(1), 1, by=mixed)
    assert codes(papers.closed(paper)) == {("timestamp", "signer-1")}

    paper = papers.closed(papers.signed(papers.prepared(1), 1), by=mixed)
    assert codes(paper) == {("untrusted", "closing")}


def test_the_instance_reads_both_folders_apart(settings: LazySettings) -> None:
    folder = settings.HOME.folder / "trust"
    (folder / "authorities").mkdir(parents=True, exist_ok=True)
    people, authority = folder / "people.pem", folder / "authorities" / "other.pem"
    people.write_bytes(foreign().root_pem)
    authority.write_bytes(papers.authority().root_pem)
    try:
        assert instance.trusted()[1:] == (OWN,)
        assert instance.trusted_for_people() == (FOREIGN,)
        authority.write_text("no certificate")
        with pytest.raises(Refusal, match=r"other\.pem"):
            instance.trusted()
    finally:
        people.unlink()
        authority.unlink()


def test_the_shell_keeps_them_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JOINTLAB_HOME", str(tmp_path))
    (tmp_path / "trust" / "authorities").mkdir(parents=True)
    root = tmp_path / "trust" / "root.pem"
    root.write_bytes(papers.authority().root_pem)
    (tmp_path / "paper.pdf").write_bytes(papers.complete())
    line = ["agreement", "verify", str(tmp_path / "paper.pdf")]

    assert main(line) == 1
    assert (
        "seal: the certificate is of no authority that is trusted here" in capsys.readouterr().out
    )
    root.rename(tmp_path / "trust" / "authorities" / "root.pem")
    assert main(line) == 0
