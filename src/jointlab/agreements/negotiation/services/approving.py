"""Each side approves one exact text; what is approved can be reopened, and a draft withdrawn."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from jointlab.agreements import events, letters
from jointlab.agreements.access import POLICY, open_comments_of
from jointlab.agreements.models import Agreement, Approval, Paper, State, Version
from jointlab.agreements.negotiation.queries.lacking import what_is_missing
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.agreements.negotiation.services.timely import require_not_expired
from jointlab.common.errors import Changed, NotNow, Refusal
from jointlab.common.events import Event
from jointlab.common.jobs import defer
from jointlab.common.letters import send
from jointlab.common.names import reason_from
from jointlab.common.rows import lock, refusing
from jointlab.history.services import record
from jointlab.parties.models import Person


@transaction.atomic
def approve_agreement(*, by: Person, agreement: Agreement, sha256: str) -> Agreement:
    """Approve, for one's side, the text of that hash; the last side has its document made."""
    agreement = lock(agreement)
    own = POLICY.require(by, "approve", agreement)
    version = latest_version(agreement)
    if version.sha256 != sha256:
        raise Changed(_("The text was changed since you read it. Read it again."), version)
    comments = open_comments_of(agreement, own.organisation_id)
    if missing := what_is_missing(agreement, version, own, comments):
        lines = " ".join(lack.line for lack in missing)
        raise Refusal(_("Still missing before approval: %(missing)s") % {"missing": lines})
    require_not_expired(agreement)
    already = _("Your side has approved this version already.")
    with refusing(agreements_one_approval_a_side=already):
        approval = Approval.objects.create(version=version, organisation=own.organisation, by=by)
    _record(events.APPROVED, by, agreement, version, organisation=own.organisation)
    if version.approvals.count() == agreement.partnership.organisations.count():
        agreement.state = State.APPROVED
        agreement.save(update_fields=["state"])
        defer("agreements.make_paper", agreement=str(agreement.pk))
    else:
        send(letters.TO_APPROVE, approval)
    return agreement


@transaction.atomic
def withdraw_approval(*, by: Person, agreement: Agreement) -> Agreement:
    """Withdraw one's side's approval, while another side has not approved."""
    agreement = lock(agreement)
    own = POLICY.require(by, "approve", agreement)
    version = latest_version(agreement)
    deleted, _each = version.approvals.filter(organisation=own.organisation).delete()
    if not deleted:
        raise NotNow(_("Your side has not approved this version."))
    _record(events.APPROVAL_WITHDRAWN, by, agreement, version, organisation=own.organisation)
    return agreement


@transaction.atomic
def reopen_agreement(*, by: Person, agreement: Agreement, reason: str) -> Agreement:
    """Take an approved text back into negotiation; signatures that were made are void with it."""
    agreement = lock(agreement)
    POLICY.require(by, "reopen", agreement)
    reason = reason_from(reason)
    send(letters.REOPENED, agreement, by=by, reason=reason)  # before the places to sign are gone
    take_back(agreement)
    _record(events.REOPENED, by, agreement, latest_version(agreement), reason=reason)
    return agreement


@transaction.atomic
def withdraw_agreement(*, by: Person, agreement: Agreement, reason: str) -> Agreement:
    """Give a draft up: it can be read, and nothing else, from now on."""
    agreement = lock(agreement)
    POLICY.require(by, "edit", agreement)
    reason = reason_from(reason)
    agreement.state = State.WITHDRAWN
    agreement.save(update_fields=["state"])
    _record(events.WITHDRAWN, by, agreement, latest_version(agreement), reason=reason)
    return agreement


def take_back(agreement: Agreement) -> None:
    """Bring the locked agreement back into negotiation: no approval, no place to sign, no paper."""
    latest_version(agreement).approvals.all().delete()
    agreement.signatures.all().delete()
    Paper.objects.filter(agreement=agreement).delete()
    agreement.state, agreement.paper_problem = State.DRAFT, ""
    agreement.save(update_fields=["state", "paper_problem"])


def _record(
    event: Event, by: Person, agreement: Agreement, version: Version, **facts: object
) -> None:
    record(
        event,
        chain=agreement.chain,
        by=by,
        agreement=agreement,
        version=version.number,
        sha256=version.sha256,
        **facts,
    )
