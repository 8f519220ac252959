"""Taking a notice of the end back: proposed by the side that gave it, done by the other's word."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.agreements import events, letters
from jointlab.agreements.access import POLICY
from jointlab.agreements.force.queries.endings import require_unmoved
from jointlab.agreements.force.services.carrying import carry
from jointlab.agreements.force.services.dues import bring_back_obligations
from jointlab.agreements.force.services.ending import lock_notice
from jointlab.agreements.models import Agreement, EndKind, EndNotice, Kind, Relation, State
from jointlab.common.errors import NotNow
from jointlab.common.events import Event
from jointlab.common.letters import send
from jointlab.common.names import reason_from
from jointlab.common.rows import lock
from jointlab.history.services import record
from jointlab.parties.models import Person


@transaction.atomic
def propose_to_take_back(*, by: Person, notice: EndNotice, reason: str) -> EndNotice:
    """Propose to the other side that the agreement goes on as if no notice had been given."""
    notice = lock_notice(notice)
    POLICY.require(by, "ask back", notice)
    reason = reason_from(reason)
    _require_still_ending(notice)
    notice.asked_back_at, notice.asked_back_by = timezone.now(), by
    notice.asked_back_why = reason
    notice.save(update_fields=["asked_back_at", "asked_back_by", "asked_back_why"])
    send(letters.ASKED_BACK, notice.agreement, by=by, reason=reason)
    _record(events.END_ASKED_BACK, by, notice, on=notice.last_day, reason=reason)
    return notice


@transaction.atomic
def take_back_notice(*, by: Person, notice: EndNotice, ends_on: date | None) -> EndNotice:
    """Give the other side's word: the notice is taken back, and all is as it was before it.

    `ends_on` is the last day that was read, the one which the notice named.
    """
    notice = lock_notice(notice)
    POLICY.require(by, "take back", notice)
    require_unmoved(notice.agreement, ends_on)
    _require_still_ending(notice)
    notice.taken_back_at, notice.taken_back_by = timezone.now(), by
    notice.save(update_fields=["taken_back_at", "taken_back_by"])
    agreement = _go_on(notice)
    if agreement.kind == Kind.STRATEGIC:
        carry(by=by, agreement=agreement)
    send(letters.TAKEN_BACK, agreement, by=by)
    _record(events.END_TAKEN_BACK, by, notice, until=agreement.ends_on)
    return notice


@transaction.atomic
def decline_to_take_back(*, by: Person, notice: EndNotice, reason: str) -> EndNotice:
    """Let the notice stand: the other side's word is no."""
    notice = lock_notice(notice)
    POLICY.require(by, "take back", notice)
    reason = reason_from(reason)
    notice.asked_back_at, notice.asked_back_by, notice.asked_back_why = None, None, ""
    notice.save(update_fields=["asked_back_at", "asked_back_by", "asked_back_why"])
    send(letters.NOT_TAKEN_BACK, notice.agreement, by=by, reason=reason)
    _record(events.END_NOT_TAKEN_BACK, by, notice, on=notice.last_day, reason=reason)
    return notice


def _require_still_ending(notice: EndNotice) -> None:
    """Refuse where the agreement ends for another reason by now, or another one has its place."""
    agreement = notice.agreement
    later = agreement.end_notices.filter(taken_back_at=None, at__gt=notice.at)
    if agreement.ends_on != notice.last_day or later.exists():
        raise NotNow(_("Another notice or agreement has moved the last day since."))
    if notice.kind == EndKind.TERMINATION and _renewals_within(notice).exists():
        raise NotNow(_("A renewal is signed that begins before the old last day. Amend that one."))


def _renewals_within(notice: EndNotice) -> QuerySet[Agreement]:
    """Return the signed renewals that would overlap the agreement if it went on."""
    overlapping = Q() if notice.before is None else Q(starts_on__lte=notice.before)
    return notice.agreement.followers.filter(
        overlapping, relation=Relation.RENEWAL, state=State.SIGNED
    )


def _go_on(notice: EndNotice) -> Agreement:
    """Put back what the notice moved."""
    agreement = notice.agreement
    agreement.noticed = None  # told of the end anew, when it comes
    if notice.kind == EndKind.NO_RENEWAL:
        agreement.notice_given_at = None
        agreement.save(update_fields=["notice_given_at", "noticed"])
        return agreement
    _put_back(agreement, notice.before, notice.ending_before)
    bring_back_obligations(agreement, after=notice.last_day)
    for pk, day, ending in notice.fell:
        amendment = lock(Agreement.objects.get(pk=pk))
        _put_back(amendment, date.fromisoformat(day) if day else None, ending)
        bring_back_obligations(amendment, after=date.min)
    return agreement


def _put_back(agreement: Agreement, day: date | None, ending: str) -> None:
    agreement.ends_on, agreement.ending, agreement.noticed = day, ending, None
    agreement.save(update_fields=["ends_on", "ending", "noticed"])


def _record(event: Event, by: Person, notice: EndNotice, **facts: object) -> None:
    record(
        event,
        chain=notice.agreement.partnership_id,
        by=by,
        agreement=notice.agreement,
        organisation=notice.organisation,
        **facts,
    )
