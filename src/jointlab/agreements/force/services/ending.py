"""Ending an agreement by notice: given, noted by the other side, and taken back with its word.

A notice works at once: the last day moves, and what would have been owed after it falls away. What
it moved is kept with it, so that everything is as it was when it is taken back.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.agreements import events, letters
from jointlab.agreements.access import POLICY
from jointlab.agreements.force.queries.endings import (
    earliest_end,
    last_day,
    require_unmoved,
    why_not_let_end,
    why_not_terminate,
)
from jointlab.agreements.force.services.carrying import carry, end_partnership_with
from jointlab.agreements.force.services.going_on import catch_up
from jointlab.agreements.force.services.life import amendments_falling_with, close_after
from jointlab.agreements.models import Agreement, Ending, EndKind, EndNotice, Kind
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.agreements.text import phrases
from jointlab.agreements.text.termination import notice_days
from jointlab.common import days, show
from jointlab.common.errors import Refusal
from jointlab.common.letters import send
from jointlab.common.names import reason_from
from jointlab.common.rows import lock
from jointlab.history.services import record
from jointlab.parties.models import Membership, Person
from jointlab.signing.services.certificates import lock_usable, open_key, usable_certificate


def terminate_agreement(
    *, by: Person, agreement: Agreement, on: date, reason: str, pin: str, ends_on: date | None
) -> Agreement:
    """Give notice that an agreement's last day is that one, no earlier than its terms have it.

    The PIN is the signatory's, as for signing; a wrong one is counted whatever becomes of the rest,
    so not all of this is one transaction. `ends_on` is the last day that they read. What was owed
    after the new one falls away; what hung on it closes the next day. An amendment that was to begin
    later falls with it: it would amend nothing. A renewal is an agreement of its own.
    """
    _require_termination(by, agreement, on, reason, ends_on)  # before a try is spent on it
    certificate = usable_certificate(by)
    open_key(certificate, pin)
    with transaction.atomic():
        agreement = lock(agreement)
        own = _require_termination(by, agreement, on, reason, ends_on)
        lock_usable(certificate)
        catch_up(agreement)
        return _terminate(own, agreement, on, reason_from(reason))


@transaction.atomic
def give_notice_of_end(*, by: Person, agreement: Agreement, ends_on: date | None) -> Agreement:
    """Give notice that what would go on by itself ends on its last day, the one that was read."""
    agreement = lock(agreement)
    own = POLICY.require(by, "let end", agreement)
    if refusal := why_not_let_end(agreement):
        raise refusal
    require_unmoved(agreement, ends_on)
    catch_up(agreement)
    agreement.notice_given_at = timezone.now()
    agreement.save(update_fields=["notice_given_at"])
    if agreement.kind == Kind.STRATEGIC:
        carry(by=by, agreement=agreement)
    _give(own, agreement, EndKind.NO_RENEWAL, last_day=agreement.ends_on, before=agreement.ends_on)
    send(letters.END_NOTIFIED, agreement, by=by)
    record(
        events.END_NOTIFIED,
        chain=agreement.partnership_id,
        by=by,
        agreement=agreement,
        on=agreement.ends_on,
    )
    return agreement


@transaction.atomic
def note_end(*, by: Person, notice: EndNotice) -> EndNotice:
    """Take note, for the other side, that the agreement ends."""
    notice = lock_notice(notice)
    POLICY.require(by, "note end", notice)
    notice.noted_at, notice.noted_by = timezone.now(), by
    notice.save(update_fields=["noted_at", "noted_by"])
    record(
        events.END_NOTED,
        chain=notice.partnership.pk,
        by=by,
        agreement=notice.agreement,
        on=notice.last_day,
    )
    return notice


def lock_notice(notice: EndNotice) -> EndNotice:
    """Return the notice as it is now, its agreement locked."""
    agreement = lock(notice.agreement)
    row = agreement.end_notices.select_related("organisation").get(pk=notice.pk)
    row.agreement = agreement
    return row


def _require_termination(
    by: Person, agreement: Agreement, on: date, reason: str, ends_on: date | None
) -> Membership:
    own = POLICY.require(by, "terminate", agreement)
    reason_from(reason)
    version = latest_version(agreement)
    require_unmoved(agreement, ends_on)
    if refusal := why_not_terminate(agreement, version):
        raise refusal
    if on < days.today():
        raise Refusal(_("The last day is today or later."))
    if on < agreement.starts_on:
        raise Refusal(_("It cannot end before it begins."))
    if on < (earliest := earliest_end(agreement, version)):
        raise Refusal(
            _("A notice of %(days)s is agreed: the last day is %(day)s or later.")
            % {"days": phrases.days(notice_days(version.text)), "day": show.day(earliest)}
        )
    last = last_day(agreement)
    if last is not None and on >= last:
        raise Refusal(_("The agreement already ends on or before that day."))
    return own


def _terminate(own: Membership, agreement: Agreement, on: date, reason: str) -> Agreement:
    before, ending = agreement.ends_on, agreement.ending
    close_after(agreement, on, Ending.TERMINATED)
    fallen = list(amendments_falling_with(agreement, on))
    _give(
        own,
        agreement,
        EndKind.TERMINATION,
        last_day=on,
        reason=reason,
        before=before,
        ending_before=ending,
        fell=[[str(row.pk), day.isoformat() if day else None, kind] for row, day, kind in fallen],
    )
    if agreement.kind == Kind.STRATEGIC:
        end_partnership_with(by=own.person, agreement=agreement, reason=reason)
    send(letters.TERMINATED, agreement, by=own.person, reason=reason)
    record(
        events.TERMINATED,
        chain=agreement.partnership_id,
        by=own.person,
        agreement=agreement,
        on=on,
        reason=reason,
    )
    for amendment, _day, _kind in fallen:
        record(
            events.AMENDMENT_FELL,
            chain=agreement.partnership_id,
            by=own.person,
            agreement=amendment,
            follows=agreement,
        )
    return agreement


def _give(own: Membership, agreement: Agreement, kind: EndKind, **what: object) -> None:
    EndNotice.objects.create(
        agreement=agreement,
        kind=kind,
        organisation=own.organisation,
        by=own.person,
        **what,
    )
