"""An agreement in force, and its end: what opens with it, and what closes the day after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.agreements import events, letters
from jointlab.agreements.access import POLICY
from jointlab.agreements.force.queries.endings import goes_on, why_not_let_end
from jointlab.agreements.force.services.carrying import carry, end_partnership_with
from jointlab.agreements.force.services.dues import (
    end_obligations,
    keep_owed,
    owe_what_is_agreed,
)
from jointlab.agreements.models import Agreement, Ending, Kind, Relation, State
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.common import days
from jointlab.common.errors import Refusal
from jointlab.common.letters import send
from jointlab.common.names import reason_from
from jointlab.common.rows import lock
from jointlab.history.services import record
from jointlab.obligations.services.dues import drop_all
from jointlab.parties.models import Person


def come_into_force(*, by: Person, agreement: Agreement) -> None:
    """Let what was signed bind: within the transaction of the last signature, its row locked.

    What its text says is owed becomes obligations; an amendment takes the place of what it
    follows, a renewal goes on where it ends; a strategic agreement carries its partnership.
    """
    owe_what_is_agreed(agreement, latest_version(agreement).text.duties)
    if agreement.follows is not None:
        _make_way(lock(agreement.follows), agreement)
    if agreement.kind == Kind.STRATEGIC:
        carry(by=by, agreement=agreement)
    record(
        events.IN_FORCE,
        chain=agreement.partnership_id,
        by=by,
        agreement=agreement,
        since=agreement.starts_on,
        until=agreement.ends_on,
    )


@transaction.atomic
def terminate_agreement(*, by: Person, agreement: Agreement, on: date, reason: str) -> Agreement:
    """Say that an agreement's last day is that one: today, or later and before its own.

    What was owed after that day falls away; what hung on it closes the next day. An amendment that
    was to begin later falls with it: it would amend nothing. A renewal is an agreement of its own.
    """
    agreement = lock(agreement)
    POLICY.require(by, "terminate", agreement)
    reason = reason_from(reason)
    _require_last_day(agreement, on)
    close_after(agreement, on, Ending.TERMINATED)
    fallen = list(_amendments_falling_with(agreement, on))
    if agreement.kind == Kind.STRATEGIC:
        end_partnership_with(by=by, agreement=agreement, reason=reason)
    send(letters.TERMINATED, agreement, by=by, reason=reason)
    record(
        events.TERMINATED,
        chain=agreement.partnership_id,
        by=by,
        agreement=agreement,
        on=on,
        reason=reason,
    )
    for amendment in fallen:
        record(
            events.AMENDMENT_FELL,
            chain=agreement.partnership_id,
            by=by,
            agreement=amendment,
            follows=agreement,
        )
    return agreement


@transaction.atomic
def give_notice_of_end(*, by: Person, agreement: Agreement) -> Agreement:
    """Say that an agreement which would go on by itself ends on its last day."""
    agreement = lock(agreement)
    POLICY.require(by, "let end", agreement)
    if refusal := why_not_let_end(agreement, latest_version(agreement)):
        raise refusal
    agreement.notice_given_at = timezone.now()
    agreement.save(update_fields=["notice_given_at"])
    send(letters.END_NOTIFIED, agreement, by=by)
    record(
        events.END_NOTIFIED,
        chain=agreement.partnership_id,
        by=by,
        agreement=agreement,
        on=agreement.ends_on,
    )
    return agreement


def close_after(agreement: Agreement, day: date, ending: str) -> None:
    """Move the locked agreement's last day, and drop what would have been owed after it."""
    agreement.ends_on, agreement.ending = day, ending
    agreement.save(update_fields=["ends_on", "ending"])
    end_obligations(agreement)


def _require_last_day(agreement: Agreement, on: date) -> None:
    if on < days.today():
        raise Refusal(_("The last day is today or later."))
    if on < agreement.starts_on:
        raise Refusal(_("It cannot end before it begins."))
    if agreement.ends_on is not None and on >= agreement.ends_on:
        raise Refusal(_("It ends by itself before that day, or on it."))


def _amendments_falling_with(agreement: Agreement, on: date) -> Iterator[Agreement]:
    """Leave no day to the signed amendment of what ends before it, nor to an amendment of that."""
    amendments = agreement.followers.filter(relation=Relation.AMENDMENT, state=State.SIGNED)
    for row in amendments.exclude(ending=Ending.TERMINATED, ends_on__lt=F("starts_on")):
        amendment = lock(row)
        close_after(amendment, on, Ending.TERMINATED)
        drop_all([amendment.pk])  # it never comes into force
        yield amendment
        yield from _amendments_falling_with(amendment, on)


def _make_way(followed: Agreement, agreement: Agreement) -> None:
    """Let what is followed end the day before: it is superseded, or renewed and not prolonged."""
    last = agreement.starts_on - timedelta(days=1)
    ends_later = followed.ends_on is None or followed.ends_on > last
    if agreement.relation == Relation.AMENDMENT:
        if ends_later:
            close_after(followed, last, Ending.SUPERSEDED)
        keep_owed(agreement)
        return
    if goes_on(followed, latest_version(followed)):
        followed.notice_given_at = timezone.now()
        followed.save(update_fields=["notice_given_at"])
    if ends_later:
        close_after(followed, last, followed.ending)
