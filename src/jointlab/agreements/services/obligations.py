"""What is owed: who answers for it, how it was met, and what the other side says to that."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.agreements.access import demand, people_of_side
from jointlab.agreements.models import Agreement, Due, EvidenceFile, Obligation, Standing
from jointlab.common.editing import check, edit
from jointlab.common.errors import NotAllowed, NotNow, Refusal
from jointlab.common.jobs import defer
from jointlab.common.names import tidy
from jointlab.history.services import record
from jointlab.parties.models import Person, Role

OWED = (Standing.IN_FORCE, Standing.SUPERSEDED)
MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 10
LONGEST = 2000


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
    agreement = obligation.agreement
    own = demand(by, agreement.partnership, "assign")
    if own.organisation_id != obligation.organisation_id:
        raise NotAllowed(_("The side that owes it says who answers for it."))
    _demand_binding(agreement)
    if owner is not None and not people_of_side(obligation).filter(person=owner).exists():
        raise Refusal(_("Only somebody of the side that owes it answers for it."))
    obligation, changed = edit(obligation, version=version, owner=owner)
    if not changed:
        return obligation
    record(
        "agreements.obligation_assigned",
        chain=agreement.partnership_id,
        by=by,
        agreement=agreement,
        what=words_of(obligation),
        owner=owner,
    )
    return obligation


@transaction.atomic
def meet_obligation(
    *, by: Person, due: Due, evidence: str, link: str = "", uploads: Sequence[Upload] = ()
) -> Due:
    """Say that what is due was done, and what shows it: its owner, or the owing side's office."""
    agreement, obligation = due.agreement, due.obligation
    _demand_owing(by, agreement, obligation)
    due = _open(due)
    evidence = "\n".join(evidence.splitlines()).strip()
    if not (evidence or link or uploads):
        raise Refusal(_("Say what shows that it was done: words, a link or a file."))
    due.met_at, due.met_by = timezone.now(), by
    due.evidence, due.link, due.returned_for = evidence, link, ""
    check(due, ["evidence", "link"])
    due.save(update_fields=["met_at", "met_by", "evidence", "link", "returned_for"])
    _keep_files(due, uploads)
    record(
        "agreements.obligation_met",
        chain=agreement.partnership_id,
        by=by,
        agreement=agreement,
        what=words_of(obligation),
        due=due.due_on,
        files=[hashlib.sha256(file.data).hexdigest() for file in uploads],
    )
    return due


@transaction.atomic
def return_obligation(*, by: Person, due: Due, reason: str) -> Due:
    """Say that it was not done, or not shown: the other side's office; it is open again."""
    agreement, obligation = due.agreement, due.obligation
    own = demand(by, agreement.partnership, "return")
    if own.organisation_id == obligation.organisation_id:
        raise NotAllowed(_("The other side says whether it was done."))
    _demand_binding(agreement)
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST:
        raise Refusal(_("Say why, in at most %(most)s characters.") % {"most": LONGEST})
    due = _locked(due)
    if due.met_at is None:
        raise NotNow(_("It has not been reported as done."))
    due.met_at = due.met_by = None
    due.returned_for = reason
    due.save(update_fields=["met_at", "met_by", "returned_for"])
    defer("agreements.send_returned", due=str(due.pk))
    record(
        "agreements.obligation_returned",
        chain=agreement.partnership_id,
        by=by,
        agreement=agreement,
        what=words_of(obligation),
        due=due.due_on,
        reason=reason,
    )
    return due


def words_of(obligation: Obligation) -> dict[str, str]:
    """Return what is owed, by language, as history keeps it."""
    words = {
        "en": obligation.what_en,
        "zh-hans": obligation.what_zh,
        "ko": obligation.what_ko,
    }
    return {language: said for language, said in words.items() if said}


def _demand_owing(by: Person, agreement: Agreement, obligation: Obligation) -> None:
    own = demand(by, agreement.partnership, "read")
    answers = obligation.owner_id == by.pk or Role.OFFICE in own.roles
    if own.organisation_id != obligation.organisation_id or not answers:
        raise NotAllowed(_("Whoever answers for it, or their side's office, reports it as done."))
    _demand_binding(agreement)


def _demand_binding(agreement: Agreement) -> None:
    """Refuse what is not owed today; what was owed before an amendment still is."""
    if agreement.standing not in OWED:
        raise NotNow(_("Nothing is owed by this agreement today."))


def _locked(due: Due) -> Due:
    return Due.objects.select_for_update(no_key=True, of=("self",)).get(pk=due.pk)


def _open(due: Due) -> Due:
    due = _locked(due)
    if due.met_at is not None:
        raise NotNow(_("It has been reported as done already."))
    if due.dropped:
        raise NotNow(_("It fell away when the agreement ended."))
    return due


def _keep_files(due: Due, uploads: Sequence[Upload]) -> None:
    if due.files.count() + len(uploads) > MOST_FILES:
        raise Refusal(_("At most %(most)s files show one thing.") % {"most": MOST_FILES})
    for file in uploads:
        if len(file.data) > MOST_BYTES:
            raise Refusal(_("%(name)s is larger than 10 MB.") % {"name": file.name})
        name = tidy(PurePath(file.name.replace("\\", "/")).name)[-200:]
        EvidenceFile.objects.create(
            due=due,
            name=name or "file",
            type=file.type[:100],
            data=file.data,
            sha256=hashlib.sha256(file.data).hexdigest(),
            size=len(file.data),
        )
