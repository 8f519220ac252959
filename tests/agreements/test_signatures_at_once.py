"""Two who sign at one moment, and one whose process is killed in the midst of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from jointlab.agreements.models import Agreement, Paper, Signature, State
from jointlab.agreements.negotiation.services.approving import reopen_agreement
from jointlab.agreements.signature.services.signatures import decline, sign_here
from jointlab.history.models import Entry
from jointlab.signing.services.certificates import revoke_certificate
from tests.agreements.sign import make_signing, sign
from tests.cast import Cast
from tests.parties.at_once import at_once, refused
from tests.signing.make import PIN, make_certificate

pytestmark = pytest.mark.django_db(transaction=True)


def signing(cast: Cast, agreement: Agreement, name: str) -> Any:
    sha256 = Paper.objects.get(agreement=agreement).sha256
    person = cast.people[name]
    return lambda: sign_here(by=person, agreement=agreement, pin=PIN, sha256=sha256)


def signed(agreement: Agreement) -> int:
    return agreement.signatures.filter(signed_at__isnull=False).count()


def test_the_same_person_in_two_windows_signs_once(cast: Cast) -> None:
    agreement = make_signing(cast)
    make_certificate(cast.vice_president)

    results = at_once(*[signing(cast, agreement, "vice_president")] * 2)

    assert len(refused(results)) == 1
    assert signed(agreement) == 1
    made = Entry.objects.filter(chain=cast.partnership.pk, event="agreements.signature_made")
    assert made.count() == 1


def test_the_next_one_who_signs_at_the_same_moment_waits_for_their_turn(cast: Cast) -> None:
    agreement = make_signing(cast)
    for name in ("vice_president", "general_manager"):
        make_certificate(cast.people[name])

    results = at_once(
        signing(cast, agreement, "vice_president"), signing(cast, agreement, "general_manager")
    )

    assert len(refused(results)) == 1
    assert signed(agreement) == 1


def test_signing_and_declining_at_once_is_one_of_them(cast: Cast) -> None:
    agreement = sign(cast, make_signing(cast), "vice_president")
    make_certificate(cast.general_manager)

    at_once(
        signing(cast, agreement, "general_manager"),
        lambda: decline(by=cast.general_manager, agreement=agreement, reason="No."),
    )

    agreement = Agreement.objects.get(pk=agreement.pk)
    assert (agreement.state, signed(agreement)) in [(State.SIGNING, 2), (State.DRAFT, 0)]


def test_signing_while_the_office_reopens_leaves_nothing_half_done(cast: Cast) -> None:
    agreement = make_signing(cast)
    make_certificate(cast.vice_president)

    at_once(
        signing(cast, agreement, "vice_president"),
        lambda: reopen_agreement(by=cast.university_office, agreement=agreement, reason="Wait."),
    )

    assert Agreement.objects.get(pk=agreement.pk).state == State.DRAFT
    assert not Signature.objects.exists()
    assert not Paper.objects.exists()


def test_a_certificate_that_is_revoked_at_the_same_moment_signs_before_or_not_at_all(
    cast: Cast,
) -> None:
    agreement = make_signing(cast)
    certificate = make_certificate(cast.vice_president)

    at_once(
        signing(cast, agreement, "vice_president"),
        lambda: revoke_certificate(
            by=cast.vice_president, certificate=certificate, reason="superseded"
        ),
    )

    certificate.refresh_from_db()
    row = Signature.objects.get(agreement=agreement, position=1)
    assert certificate.revoked_at is not None
    assert row.signed_at is None or row.signed_at <= certificate.revoked_at


@contextmanager
def signer(server: Any, agreement: Agreement, person: Any) -> Iterator[subprocess.Popen[str]]:
    """Let somebody sign in a process of their own."""
    line = [sys.executable, "-m", "tests.agreements.signer", server.url("application")]
    line += [str(settings.HOME.folder), str(agreement.pk), str(person.pk)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def hold(chain: Any) -> None:
    """Let nobody else write to that history until the transaction ends."""
    with connection.cursor() as cursor:
        lock = "SELECT pg_advisory_xact_lock(hashtextextended(%s::text, 0))"
        cursor.execute(lock, [str(chain)])


def wait_until_it_records(server: Any) -> None:
    """Return when a session waits to write into the history: its rows are written by then."""
    waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"
    with psycopg.connect(server.url("owner"), autocommit=True) as owner:
        for _ in range(600):
            (waiting,) = owner.execute(waits).fetchone() or (0,)
            if waiting:
                return
            owner.execute("SELECT pg_sleep(0.1)")
    pytest.fail("the signer never came to record the signature")


def test_a_signer_who_is_killed_before_the_commit_has_signed_nothing_and_can_sign_again(
    cast: Cast, server: Any
) -> None:
    agreement = make_signing(cast)
    make_certificate(cast.vice_president)
    before = agreement.paper.sha256
    with transaction.atomic():
        hold(cast.partnership.pk)
        with signer(server, agreement, cast.vice_president) as process:
            wait_until_it_records(server)
            process.kill()
            process.wait()
    assert Paper.objects.get(agreement=agreement).sha256 == before
    assert signed(agreement) == 0

    agreement = sign(cast, agreement, "vice_president")
    assert signed(agreement) == 1


def test_a_signer_who_is_killed_after_the_commit_has_signed(cast: Cast, server: Any) -> None:
    agreement = make_signing(cast)
    make_certificate(cast.vice_president)
    before = agreement.paper.sha256
    with signer(server, agreement, cast.vice_president) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "signed\n"
        process.kill()

    assert signed(agreement) == 1
    assert Paper.objects.get(agreement=agreement).sha256 != before
    assert agreement.signatures.get(position=2).asked_at is not None
