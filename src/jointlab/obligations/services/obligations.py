"""What is owed: who answers for it, how it was met, and what the other side says to that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.common.errors import NotNow, Refusal
from jointlab.common.events import Event
from jointlab.common.letters import send
from jointlab.common.names import reason_from, tidy, tidy_lines
from jointlab.common.rows import check, edit
from jointlab.files.services import storing
from jointlab.history.services import record
from jointlab.obligations import events, letters
from jointlab.obligations.access import POLICY, people_of_side
from jointlab.obligations.models import Due, EvidenceFile, Obligation
from jointlab.obligations.subjects import subject_of
from jointlab.parties.models import Person

MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 10


@dataclass(frozen=True)
class Upload:
    """A file as it came: its name, what the browser calls it, its bytes."""

    name: str
    type: str
    data: bytes


@transaction.atomic
def assign_obligation(
    *, by: Person, obligation: Obligation, version: int, owner: Person | None
) -> Obligation:
    """Say who answers for an obligation: the owing side's office names one of its own people."""
    POLICY.require(by, "assign", obligation)
    _require_owed(obligation)
    if owner is not None and not people_of_side(obligation).filter(person=owner).exists():
        raise Refusal(_("The responsible person must belong to the obliged side."))
    obligation, changed = edit(obligation, version=version, owner=owner)
    if changed:
        _record(events.ASSIGNED, by, obligation, owner=owner)
    return obligation


@transaction.atomic
def meet_obligation(
    *, by: Person, due: Due, evidence: str, link: str = "", uploads: Sequence[Upload] = ()
) -> Due:
    """Say that what is due was done, and what shows it: its owner, or the owing side's office."""
    obligation = due.obligation
    POLICY.require(by, "meet", obligation)
    _require_owed(obligation)
    due = _lock_open(due)
    evidence = tidy_lines(evidence)
    if not (evidence or link or uploads):
        raise Refusal(_("Give evidence that it was done: words, a link or a file."))
    due.met_at, due.met_by = timezone.now(), by
    due.evidence, due.link, due.returned_for = evidence, link, ""
    check(due, ["evidence", "link"])
    due.save(update_fields=["met_at", "met_by", "evidence", "link", "returned_for"])
    files = _keep_files(due, uploads)
    send(letters.REPORTED, due, by=by)
    _record(events.MET, by, obligation, due=due.due_on, files=files)
    return due


@transaction.atomic
def accept_obligation(*, by: Person, due: Due) -> Due:
    """Say that it was done: the other side's office. It is settled, and cannot be returned."""
    obligation = due.obligation
    POLICY.require(by, "accept", obligation)
    due = _lock_reported(due)
    due.accepted_at, due.accepted_by = timezone.now(), by
    due.save(update_fields=["accepted_at", "accepted_by"])
    send(letters.ACCEPTED, due, by=by)
    _record(events.ACCEPTED, by, obligation, due=due.due_on)
    return due


@transaction.atomic
def return_obligation(*, by: Person, due: Due, reason: str) -> Due:
    """Say that it was not done, or not shown: the other side's office; it is open again."""
    obligation = due.obligation
    POLICY.require(by, "return", obligation)
    _require_owed(obligation)
    reason = reason_from(reason)
    due = _lock_reported(due)
    due.met_at = due.met_by = None
    due.returned_for = reason
    due.save(update_fields=["met_at", "met_by", "returned_for"])
    send(letters.RETURNED, due)
    _record(events.RETURNED, by, obligation, due=due.due_on, reason=reason)
    return due


def _require_owed(obligation: Obligation) -> None:
    """Refuse what is not owed today, whether or not the clock has run."""
    if not obligation.is_owed:
        raise NotNow(_("Nothing is owed today: it has not begun, or it is over."))


def _locked(due: Due) -> Due:
    return Due.objects.select_for_update(no_key=True, of=("self",)).get(pk=due.pk)


def _lock_open(due: Due) -> Due:
    due = _locked(due)
    if due.met_at is not None:
        raise NotNow(_("It has been reported as done already."))
    if due.dropped:
        raise NotNow(_("This obligation ended with the agreement."))
    return due


def _lock_reported(due: Due) -> Due:
    due = _locked(due)
    if due.met_at is None:
        raise NotNow(_("It has not been reported as done."))
    if due.accepted_at is not None:
        raise NotNow(_("It has been accepted already."))
    return due


def _keep_files(due: Due, uploads: Sequence[Upload]) -> list[str]:
    """Store the files with what is due; return their hashes."""
    if due.files.count() + len(uploads) > MOST_FILES:
        raise Refusal(_("Attach at most %(most)s files.") % {"most": MOST_FILES})
    hashes = []
    with storing() as put:
        for file in uploads:
            if len(file.data) > MOST_BYTES:
                raise Refusal(_("%(name)s is larger than 10 MB.") % {"name": file.name})
            stored = put(file.data)
            name = tidy(PurePath(file.name.replace("\\", "/")).name)[-200:]
            EvidenceFile.objects.create(
                due=due, name=name or "file", type=file.type[:100], stored=stored
            )
            hashes.append(stored.sha256)
    return hashes


def _record(event: Event, by: Person, obligation: Obligation, **facts: object) -> None:
    record(
        event,
        chain=obligation.partnership_id,
        by=by,
        subject=subject_of(obligation),
        what=obligation.words,
        **facts,
    )
