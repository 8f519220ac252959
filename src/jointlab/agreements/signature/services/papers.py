"""The document of an approved text: set, sealed, and laid before the first who signs.

A worker makes it, in one transaction: it is there whole with everybody's place to sign, or not at
all. What hinders it is kept, in each language, where those who wait for it read it, and the job is
tried again.
"""

from __future__ import annotations

import errno
import json
from datetime import datetime

import psycopg
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from jointlab.agreements import events, letters
from jointlab.agreements.access import POLICY
from jointlab.agreements.models import Agreement, Paper, Signature, State, Version
from jointlab.agreements.signature import document
from jointlab.agreements.signature.document.content import signing_order
from jointlab.common import days
from jointlab.common.errors import NotNow, Refusal
from jointlab.common.jobs import defer
from jointlab.common.letters import send
from jointlab.common.names import LANGUAGES
from jointlab.common.rows import lock
from jointlab.history.services import record
from jointlab.parties.models import Person
from jointlab.signing.services.documents import digest, seal_document


def make_paper(*, agreement_id: str) -> None:
    """Make the document and ask the first to sign: the worker's part. Done before, it does nothing."""
    try:
        _make(agreement_id)
    except Exception as failure:  # whatever it is: who waits reads it, the worker tries again
        _keep_reason(agreement_id, failure)
        raise


@transaction.atomic
def make_paper_again(*, by: Person, agreement: Agreement) -> Agreement:
    """Have a document that could not be made tried again now."""
    POLICY.require(by, "draft", agreement)
    agreement = lock(agreement)
    if agreement.state != State.APPROVED or not agreement.paper_problem:
        raise NotNow(_("There is no document to be made now."))
    agreement.paper_problem = ""
    agreement.save(update_fields=["paper_problem"])
    defer("agreements.make_paper", agreement=str(agreement.pk))
    return agreement


def request_signature(signature: Signature, now: datetime) -> None:
    """Let it be the turn of this signer, and have them told."""
    signature.asked_at = now
    signature.save(update_fields=["asked_at"])
    send(letters.ASKED, signature)


def save_pdf(paper: Paper, pdf: bytes, now: datetime) -> None:
    """Keep the document as it is now."""
    paper.pdf, paper.sha256, paper.changed_at = pdf, digest(pdf), now
    paper.save(update_fields=["pdf", "sha256", "changed_at"])


@transaction.atomic
def _make(agreement_id: str) -> None:
    agreement = _locked(agreement_id)
    if agreement.state != State.APPROVED:
        return  # made by an earlier run, or taken back meanwhile
    version, now = agreement.versions.get(number=agreement.latest), timezone.now()
    paper = _typeset(agreement, version)
    pdf = seal_document(paper.pdf, paper.boxes, now)
    Paper.objects.create(
        agreement=agreement,
        version=version,
        pdf=pdf,
        sha256=digest(pdf),
        prepared=len(pdf),
        made_at=now,
        changed_at=now,
    )
    signatures = Signature.objects.bulk_create(_places(agreement, version))
    agreement.state, agreement.paper_problem = State.SIGNING, ""
    agreement.save(update_fields=["state", "paper_problem"])
    request_signature(signatures[0], now)
    people = Person.objects.in_bulk([each.person_id for each in signatures])
    record(
        events.DOCUMENT_MADE,
        chain=agreement.partnership_id,
        by=None,
        agreement=agreement,
        sha256=digest(pdf),
        signers=[people[each.person_id].as_fact() for each in signatures],
    )


def _locked(agreement_id: str) -> Agreement:
    rows = Agreement.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("partnership").get(pk=agreement_id)


def _typeset(agreement: Agreement, version: Version) -> document.Paper:
    return document.typeset(
        version.text,
        code=agreement.code,
        version=version.number,
        made_on=days.today(),
    )


def _places(agreement: Agreement, version: Version) -> list[Signature]:
    return [
        Signature(
            agreement=agreement,
            position=position,
            person_id=signer.person,
            organisation_id=signer.organisation,
            witness=signer.witness,
        )
        for position, signer in enumerate(signing_order(version.text), 1)
    ]


@transaction.atomic
def _keep_reason(agreement_id: str, failure: Exception) -> None:
    """Keep what hindered, in each language, as queries.signing.problem_of reads it."""
    agreement = _locked(agreement_id)
    if agreement.state != State.APPROVED:
        return
    lines = {}
    for language in LANGUAGES:
        with override(language):
            lines[language] = _describe_failure(agreement, failure)
    agreement.paper_problem = json.dumps(lines, ensure_ascii=False)
    agreement.save(update_fields=["paper_problem"])


def _describe_failure(agreement: Agreement, failure: Exception) -> str:
    if isinstance(failure, Refusal):
        return _refusal(agreement)
    if _is_full(failure):
        return _("There is no room left on the server's disk.")
    return _("Something went wrong on this server; its log says what.")


def _refusal(agreement: Agreement) -> str:
    """Return why the text cannot be set, in the language in force: a refusal speaks one alone."""
    try:
        _typeset(agreement, agreement.versions.get(number=agreement.latest))
    except Refusal as refusal:
        return str(refusal)
    return _("Something went wrong on this server; its log says what.")


def _is_full(failure: Exception) -> bool:
    if isinstance(failure, OSError):
        return failure.errno in (errno.ENOSPC, errno.EDQUOT)
    return isinstance(failure.__cause__, psycopg.errors.DiskFull)
