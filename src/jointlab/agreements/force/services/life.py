"""An agreement comes into force: what opens with it; and what closes when its last day moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import F
from django.utils import timezone

from jointlab.agreements import events
from jointlab.agreements.force.services.carrying import carry
from jointlab.agreements.force.services.dues import (
    end_obligations,
    keep_owed,
    owe_what_is_agreed,
)
from jointlab.agreements.force.services.going_on import catch_up
from jointlab.agreements.models import Agreement, Ending, Kind, Relation, State
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.common.rows import lock
from jointlab.history.services import record
from jointlab.obligations.services.dues import drop_all
from jointlab.parties.models import Person

Fallen = tuple[Agreement, date | None, str]


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


def close_after(agreement: Agreement, day: date, ending: str) -> None:
    """Move the locked agreement's last day, and drop what would have been owed after it."""
    agreement.ends_on, agreement.ending = day, ending
    agreement.save(update_fields=["ends_on", "ending"])
    end_obligations(agreement)


def amendments_falling_with(agreement: Agreement, on: date) -> Iterator[Fallen]:
    """Leave no day to the signed amendment of what ends before it, nor to an amendment of that.

    Yield each with the last day and the ending that it had.
    """
    amendments = agreement.followers.filter(relation=Relation.AMENDMENT, state=State.SIGNED)
    for row in amendments.exclude(ending=Ending.TERMINATED, ends_on__lt=F("starts_on")):
        amendment = lock(row)
        before = amendment.ends_on, amendment.ending
        close_after(amendment, on, Ending.TERMINATED)
        drop_all([amendment.pk])  # it never comes into force
        yield amendment, *before
        yield from amendments_falling_with(amendment, on)


def _make_way(followed: Agreement, agreement: Agreement) -> None:
    """Let what is followed end the day before: it is superseded, or renewed and not prolonged."""
    catch_up(followed)
    last = agreement.starts_on - timedelta(days=1)
    ends_later = followed.ends_on is None or followed.ends_on > last
    if agreement.relation == Relation.AMENDMENT:
        if ends_later:
            close_after(followed, last, Ending.SUPERSEDED)
        keep_owed(agreement)
        return
    if followed.goes_on:
        followed.notice_given_at = timezone.now()
        followed.save(update_fields=["notice_given_at"])
    if ends_later:
        close_after(followed, last, followed.ending)
