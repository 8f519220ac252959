"""The document of an approved text: made whole or not at all, and what hinders it is told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from jointlab.agreements.models import Agreement, Paper, Signature, State
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.agreements.negotiation.services.approving import approve_agreement, reopen_agreement
from jointlab.agreements.negotiation.services.editing import edit_clause
from jointlab.agreements.signature.queries.signing import problem_of
from jointlab.agreements.signature.services.papers import digest, make_paper, make_paper_again
from jointlab.common.errors import NotAllowed, NotNow
from jointlab.history.models import Entry
from jointlab.signing import instance
from jointlab.signing.press import Unprintable
from jointlab.signing.signatures import examination
from tests.agreements.make import make_approved
from tests.agreements.sign import SIGNERS, make_signing
from tests.cast import Cast
from tests.common.test_jobs import a_minute_passes, sql, work
from tests.jobs import run_jobs
from tests.parties.told import count, last


def now(agreement: Agreement) -> Agreement:
    return Agreement.objects.get(pk=agreement.pk)


def approve(cast: Cast, agreement: Agreement) -> None:
    agreement = now(agreement)
    for name in ("university_office", "enterprise_office"):
        sha256 = latest_version(agreement).sha256
        approve_agreement(by=cast.people[name], agreement=agreement, sha256=sha256)


def with_clause(cast: Cast, agreement: Agreement, words: str) -> None:
    """Reopen it, write these words into its first clause, and have it approved again."""
    office = cast.university_office
    reopen_agreement(by=office, agreement=agreement, reason="A word is wrong.")
    agreement = now(agreement)
    clause = latest_version(agreement).text.clauses[0]
    clause = replace(clause, body=dict.fromkeys(clause.body, words))
    edit_clause(by=office, agreement=agreement, base=agreement.latest, clause=clause)
    approve(cast, agreement)


def test_the_last_approval_has_the_document_made(cast: Cast) -> None:
    agreement = make_approved(cast)
    assert (agreement.state, Paper.objects.count()) == (State.APPROVED, 0)

    assert "agreements.make_paper" in run_jobs()

    agreement = now(agreement)
    paper = agreement.paper
    assert agreement.state == State.SIGNING
    assert paper.version == latest_version(agreement)
    assert paper.sha256 == digest(bytes(paper.pdf))
    assert paper.prepared == len(paper.pdf)


def test_it_is_sealed_with_a_place_for_each_signer_in_order(cast: Cast) -> None:
    agreement = make_signing(cast)

    found = examination.examine(
        bytes(agreement.paper.pdf), trust=instance.trusted(), complete=False
    )
    assert found.ok
    assert found.seal is not None
    assert found.seal.holds
    assert found.unsigned == ("signer-1", "signer-2", "signer-3", "signer-4")
    rows = list(agreement.signatures.all())
    assert [row.person for row in rows] == [cast.people[name] for name in SIGNERS]
    assert [row.witness for row in rows] == [False, False, True, True]
    assert [row.field for row in rows] == list(found.unsigned)


def test_the_first_signer_alone_is_asked(cast: Cast) -> None:
    agreement = make_signing(cast)

    asked = agreement.signatures.filter(asked_at__isnull=False)
    assert [row.person for row in asked] == [cast.vice_president]


def test_history_tells_that_it_was_made_and_who_is_to_sign(cast: Cast) -> None:
    agreement = make_signing(cast)

    entry = last(cast.partnership)
    assert (entry.event, entry.actor) == ("agreements.document_made", None)
    facts = entry.facts
    assert facts["agreement"]["id"] == str(agreement.pk)
    assert facts["sha256"] == agreement.paper.sha256
    assert [each["id"] for each in facts["signers"]] == [
        str(cast.people[name].pk) for name in SIGNERS
    ]


def test_made_twice_it_is_made_once(cast: Cast) -> None:
    agreement = make_signing(cast)
    before, entries = agreement.paper.sha256, count(cast.partnership)

    make_paper(agreement_id=str(agreement.pk))

    assert now(agreement).paper.sha256 == before
    assert (Signature.objects.count(), count(cast.partnership)) == (4, entries)


def test_a_text_that_was_taken_back_meanwhile_gets_no_document(cast: Cast) -> None:
    agreement = make_approved(cast)
    reopen_agreement(by=cast.university_office, agreement=agreement, reason="Not yet.")

    make_paper(agreement_id=str(agreement.pk))

    assert now(agreement).state == State.DRAFT
    assert not Paper.objects.exists()


def test_a_text_that_cannot_be_printed_says_why_in_each_language(cast: Cast) -> None:
    agreement = make_signing(cast)
    with_clause(cast, agreement, "A character of nobody: \U0010fffd.")
    with pytest.raises(Unprintable):
        make_paper(agreement_id=str(agreement.pk))

    agreement = now(agreement)
    assert agreement.state == State.APPROVED
    assert not Paper.objects.exists()
    lines = set()
    for language in ("en", "zh-hans", "ko"):
        with translation.override(language):
            lines.add(problem_of(agreement))
            assert "U+10FFFD" in problem_of(agreement)
    assert len(lines) == 3

    with_clause(cast, agreement, "Nothing odd.")
    make_paper(agreement_id=str(agreement.pk))
    assert (now(agreement).state, problem_of(now(agreement))) == (State.SIGNING, "")


def test_a_server_without_the_fonts_says_which_it_lacks(cast: Cast) -> None:
    """Its own process: fonts are looked for once in one."""
    agreement = make_approved(cast)
    version = latest_version(agreement)
    code = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'\n"
        "import django, json, sys; django.setup()\n"
        "from datetime import date\n"
        "from jointlab.agreements.signature.document import typeset\n"
        "from jointlab.signing.press import NoFonts, fonts\n"
        "from jointlab.agreements.text import Text\n"
        "fonts.FOLDERS = ()\n"
        "try: typeset(Text.from_json(json.load(sys.stdin)), code='x', version=1, made_on=date.today())\n"
        "except NoFonts as refused: print(refused)\n"
    )
    told = _python(code, version.content)
    assert "this server lacks the fonts Noto Serif CJK SC" in told


def _python(code: str, stdin: Any) -> str:
    import json

    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(stdin),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_an_office_has_it_tried_again_and_nobody_else(cast: Cast) -> None:
    agreement = make_approved(cast)
    with pytest.raises(NotNow, match="no document to be made"):
        make_paper_again(by=cast.university_office, agreement=agreement)
    Agreement.objects.update(paper_problem='{"en": "Anything."}')
    with pytest.raises(NotAllowed):
        make_paper_again(by=cast.vice_president, agreement=agreement)
    run_jobs_of_making = ProcrastinateJob.objects.filter(task_name="agreements.make_paper")
    before = run_jobs_of_making.count()

    make_paper_again(by=cast.enterprise_office, agreement=agreement)

    assert run_jobs_of_making.count() == before + 1
    assert problem_of(now(agreement)) == ""


@contextmanager
def disk_full(server: Any) -> Iterator[None]:
    """Let the database refuse documents as it does when its disk is full (SQLSTATE 53100)."""
    with psycopg.connect(server.url("owner"), autocommit=True) as owner:
        owner.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'could not extend file: No space left on device'"
            " USING ERRCODE = 'disk_full'; END $$"
        )
        owner.execute(
            "CREATE TRIGGER no_room BEFORE INSERT ON agreements_paper"
            " FOR EACH ROW EXECUTE FUNCTION no_room()"
        )
        try:
            yield
        finally:
            owner.execute("DROP FUNCTION no_room CASCADE")


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_is_told_and_the_job_tried_again_when_there_is_room(
    cast: Cast, server: Any
) -> None:
    agreement = make_approved(cast)
    with disk_full(server):
        work()
    agreement = now(agreement)
    assert problem_of(agreement) == "There is no room left on the server's disk."
    assert (agreement.state, Signature.objects.count()) == (State.APPROVED, 0)
    job = ProcrastinateJob.objects.get(task_name="agreements.make_paper")
    assert (job.status, job.attempts) == ("todo", 1)

    sql("UPDATE procrastinate_jobs SET scheduled_at = now()")
    work()
    agreement = now(agreement)
    assert (agreement.state, agreement.paper_problem) == (State.SIGNING, "")
    assert Paper.objects.get().agreement == agreement


@pytest.mark.django_db(transaction=True)
def test_what_nobody_foresaw_is_told_too(cast: Cast, server: Any) -> None:
    agreement = make_approved(cast)
    with disk_full(server), psycopg.connect(server.url("owner"), autocommit=True) as owner:
        owner.execute(
            "CREATE OR REPLACE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'odd'; END $$"
        )
        with pytest.raises(DatabaseError):
            make_paper(agreement_id=str(agreement.pk))

    assert problem_of(now(agreement)) == "Something went wrong on this server; its log says what."


@contextmanager
def worker(server: Any) -> Iterator[subprocess.Popen[str]]:
    """Run a worker in a process of its own."""
    backend = "django.core.mail.backends.locmem.EmailBackend"
    line = [sys.executable, "-m", "tests.worker", server.url("application"), backend]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until_it_writes(server: Any) -> None:
    """Return when a session waits for the lock on the documents' table that the test holds."""
    waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'agreements_paper'::regclass"
    with psycopg.connect(server.url("owner"), autocommit=True) as owner:
        for _ in range(600):
            (waiting,) = owner.execute(waits).fetchone() or (0,)
            if waiting:
                return
            owner.execute("SELECT pg_sleep(0.1)")
    pytest.fail("the worker never came to write the document")


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_leaves_nothing_and_another_one_makes_it(
    cast: Cast, server: Any
) -> None:
    agreement = make_approved(cast)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE agreements_paper IN SHARE MODE")
        with worker(server) as process:
            wait_until_it_writes(server)
            process.kill()
            process.wait()
    assert now(agreement).state == State.APPROVED
    assert not Paper.objects.exists()
    assert not Signature.objects.exists()
    assert not Entry.objects.filter(event="agreements.document_made").exists()

    sql("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'")
    a_minute_passes()
    work()
    assert now(agreement).state == State.SIGNING
    assert Entry.objects.filter(event="agreements.document_made").count() == 1
