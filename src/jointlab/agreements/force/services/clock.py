"""What time does to agreements, a day at a time; a day that was left out is made up for.

Where an agreement stands never waits for the clock: that follows from its days. The clock writes
down what has ended, moves the last day of what goes on by itself, and tells of publications that
have become free. What is due, and what ends, people are told of by the clock of obligations.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet

from jointlab.agreements import events, letters
from jointlab.agreements.force.queries.endings import NOTICE
from jointlab.agreements.force.queries.standing import in_force_on
from jointlab.agreements.force.services.carrying import carry
from jointlab.agreements.force.services.dues import drop_obligations
from jointlab.agreements.force.services.going_on import catch_up
from jointlab.agreements.models import GOES_ON, Agreement, Kind, Publication, State
from jointlab.common import days
from jointlab.common.letters import send
from jointlab.common.rows import lock
from jointlab.history.services import record


def pass_day() -> None:
    """Do what the day brings: each step alone, and nothing twice."""
    prolong_automatic()
    carry_what_begins()
    close_what_has_ended()
    free_publications()


def prolong_automatic() -> None:
    """Move the last day of what goes on by itself by a year, once no notice can be given."""
    soon = days.today() + NOTICE
    for agreement in Agreement.objects.filter(GOES_ON, ends_on__lt=soon):
        with transaction.atomic():
            catch_up(lock(agreement))


def carry_what_begins() -> None:
    """Let a partnership be in force again that ended before its next agreement began."""
    today = days.today()
    rows = in_force_on(today).filter(kind=Kind.STRATEGIC, partnership__in_force_until__lt=today)
    for agreement in rows:
        with transaction.atomic():
            carry(by=None, agreement=lock(agreement))


def close_what_has_ended() -> None:
    """Write down that an agreement has ended, and drop what is still owed by it."""
    for agreement in _signed_agreements().filter(ends_on__lt=days.today(), closed=False):
        with transaction.atomic():
            row = lock(agreement)
            if row.closed:
                continue
            row.closed = True
            row.save(update_fields=["closed"])
            drop_obligations(row)
            if not row.ending:  # what ended it before its time was recorded then
                record(
                    events.EXPIRED,
                    chain=row.partnership_id,
                    by=None,
                    agreement=row,
                    on=row.ends_on,
                )


def free_publications() -> None:
    """Tell whoever gave notice that nobody objected in time, or that the delay is over."""
    today = days.today()
    waited = Q(objected_at=None, answer_by__lt=today) | Q(not_before__lte=today)
    rows = Publication.objects.filter(
        waited, told=False, withdrawn_at=None, cleared_at=None, needs_consent=False
    )
    for publication in rows.select_related("agreement"):
        with transaction.atomic():
            if not Publication.objects.filter(pk=publication.pk, told=False).update(told=True):
                continue
            send(letters.PUBLICATION_ANSWER, publication)
            record(
                events.PUBLICATION_FREE,
                chain=publication.agreement.partnership_id,
                by=None,
                agreement=publication.agreement,
                title=publication.title,
            )


def _signed_agreements() -> QuerySet[Agreement]:
    return Agreement.objects.filter(state=State.SIGNED)
