"""What time does to agreements, a day at a time; a day that was left out is made up for.

Where an agreement stands never waits for the clock: that follows from its days. The clock writes
down what has ended, moves the last day of what goes on by itself, and has people told in time.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from jointlab.agreements.models import (
    Agreement,
    Due,
    Ending,
    Kind,
    Publication,
    Relation,
    Renewal,
    State,
)
from jointlab.agreements.queries.endings import NOTICE
from jointlab.agreements.queries.standing import in_force_on
from jointlab.agreements.services.carrying import carry
from jointlab.agreements.services.dues import look_further_ahead, months_after
from jointlab.agreements.services.life import goes_on
from jointlab.agreements.services.notices import tell_what_comes
from jointlab.common.editing import lock
from jointlab.common.jobs import defer
from jointlab.history.services import record


def pass_day() -> None:
    """Do what the day brings: each step alone, and nothing twice."""
    let_go_on()
    carry_what_begins()
    close_what_has_ended()
    look_further_ahead()
    free_publications()
    tell_what_comes()


def let_go_on() -> None:
    """Move the last day of what goes on by itself by a year, once no notice can be given."""
    soon = timezone.localdate() + NOTICE
    rows = _signed().filter(
        ending="",
        closed=False,
        ends_on__lt=soon,
        notice_given_at=None,
        versions__number=F("latest"),
        versions__content__terms__renewal=Renewal.AUTOMATIC,
    )
    for agreement in rows:
        with transaction.atomic():
            row = lock(agreement)
            if goes_on(row) and row.ends_on is not None and row.ends_on < soon:
                _prolong(row)


def carry_what_begins() -> None:
    """Let a partnership be in force again that ended before its next agreement began."""
    today = timezone.localdate()
    rows = in_force_on(today).filter(kind=Kind.STRATEGIC, partnership__in_force_until__lt=today)
    for agreement in rows:
        with transaction.atomic():
            carry(by=None, agreement=lock(agreement))


def close_what_has_ended() -> None:
    """Write down that an agreement has ended, and drop what is still owed by it.

    What was owed before an amendment stays owed until the amendment ends.
    """
    for agreement in _signed().filter(ends_on__lt=timezone.localdate(), closed=False):
        with transaction.atomic():
            row = lock(agreement)
            if row.closed:
                continue
            row.closed = True
            row.save(update_fields=["closed"])
            if row.ending == Ending.SUPERSEDED:
                continue
            Due.objects.filter(agreement__in=_with_superseded(row), met_at=None).update(
                dropped=True
            )
            if not row.ending:  # a termination was recorded when it was decided
                record(
                    "agreements.expired",
                    chain=row.partnership_id,
                    by=None,
                    agreement=row,
                    on=row.ends_on,
                )


def free_publications() -> None:
    """Tell whoever gave notice that nobody objected in time, or that the delay is over."""
    today = timezone.localdate()
    waited = Q(objected_at=None, answer_by__lt=today) | Q(not_before__lte=today)
    rows = Publication.objects.filter(
        waited, told=False, withdrawn_at=None, cleared_at=None, needs_consent=False
    )
    for publication in rows.select_related("agreement"):
        with transaction.atomic():
            if not Publication.objects.filter(pk=publication.pk, told=False).update(told=True):
                continue
            defer("agreements.send_publication_answer", publication=str(publication.pk))
            record(
                "agreements.publication_free",
                chain=publication.agreement.partnership_id,
                by=None,
                agreement=publication.agreement,
                title=publication.title,
            )


def _signed() -> QuerySet[Agreement]:
    return Agreement.objects.filter(state=State.SIGNED)


def _prolong(agreement: Agreement) -> None:
    """Move the last day so far that notice can be given again."""
    soon = timezone.localdate() + NOTICE
    while agreement.ends_on is not None and agreement.ends_on < soon:
        agreement.ends_on = months_after(agreement.ends_on, 12)
    agreement.noticed = None
    agreement.save(update_fields=["ends_on", "noticed"])
    if agreement.kind == Kind.STRATEGIC:
        carry(by=None, agreement=agreement)
    record(
        "agreements.went_on",
        chain=agreement.partnership_id,
        by=None,
        agreement=agreement,
        until=agreement.ends_on,
    )


def _with_superseded(agreement: Agreement) -> list[Agreement]:
    """Return the agreement and those whose place it took, one after the other."""
    rows = [agreement]
    while rows[-1].relation == Relation.AMENDMENT and rows[-1].follows is not None:
        rows.append(rows[-1].follows)
    return rows
