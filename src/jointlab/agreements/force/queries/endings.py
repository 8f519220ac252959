"""What ends soon, and until when somebody can do something about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from jointlab.agreements.models import (
    Agreement,
    EndNotice,
    Kind,
    Relation,
    State,
    Version,
)
from jointlab.agreements.text import phrases
from jointlab.agreements.text.termination import notice_days
from jointlab.common import days, show
from jointlab.common.errors import NotNow, Refusal
from jointlab.common.prepared import Prepared
from jointlab.obligations.services.dues import months_after

# Before the last day of what goes on by itself: until then a party ends it (phrases.RENEWALS).
NOTICE = timedelta(days=90)
FURTHEST = timedelta(days=90)  # before its end one is told of it, the first time


@dataclass(frozen=True)
class Coming:
    """The end of an agreement, or that it goes on unless a side gives notice by `last_word`."""

    agreement: Agreement
    goes_on: bool
    ends_on: date
    last_word: date


def ending_between(agreements: QuerySet[Agreement], first: date, last: date) -> QuerySet[Agreement]:
    """Return those in force whose last day, as the terms say it, is one of these."""
    rows = agreements.filter(state=State.SIGNED, ending="", ends_on__gte=first, ends_on__lte=last)
    return rows.order_by("ends_on", "pk")


def coming_ends(agreements: QuerySet[Agreement]) -> list[Coming]:
    """Return what of the agreements ends soon, or goes on soon, the nearest first: one query."""
    today = days.today()
    return ends_soon(list(ending_between(agreements, today, today + FURTHEST + NOTICE)))


def ends_soon(agreements: Sequence[Agreement]) -> list[Coming]:
    """Return the same of agreements that are read already."""
    today = days.today()
    ends = [_coming(row) for row in agreements]
    return [end for end in ends if today <= end.last_word <= today + FURTHEST]


def last_day(agreement: Agreement) -> date | None:
    """Return its last day as the terms have it today, whether or not a clock has written it down."""
    return max([agreement.ends_on, *last_days_to_come(agreement)]) if agreement.ends_on else None


def last_days_to_come(agreement: Agreement) -> Iterator[date]:
    """Yield the last days to which it has gone on since its row was written, a year apart.

    It goes on when no notice can be given any more. They fall on the day that the terms name, in
    February on the last one where a year has no 29th.
    """
    first, last = agreement.goes_on_after, agreement.ends_on
    if not agreement.goes_on or first is None or last is None:
        return
    soon = days.today() + NOTICE
    for years in count(1):
        if last >= soon:
            return
        if (further := months_after(first, 12 * years)) > last:
            last = further
            yield last


def why_not_let_end(agreement: Agreement) -> Refusal | None:
    """Return why no side can give notice now that the agreement does not go on by itself.

    It can always: where it is too late for one last day, the agreement has gone on to the next.
    """
    if agreement.goes_on:
        return None
    return NotNow(_("This agreement does not go on by itself."))


def earliest_end(agreement: Agreement, version: Version) -> date:
    """Return the earliest last day that a notice of today can name."""
    notice = timedelta(days=notice_days(version.text))
    return max(days.today() + notice, agreement.starts_on)


def why_not_terminate(agreement: Agreement, version: Version) -> Refusal | None:
    """Return why no side can end the agreement by notice now, whatever day it names."""
    last = last_day(agreement)
    if last is None or earliest_end(agreement, version) < last:
        return None
    return NotNow(
        _("It ends on %(day)s, and a notice of %(days)s cannot end it before that.")
        % {"day": show.day(last), "days": phrases.days(notice_days(version.text))}
    )


def require_unmoved(agreement: Agreement, day: date | None) -> None:
    """Refuse a decision that was taken when the agreement's last day was another one."""
    last = last_day(agreement)
    if last != day:
        now = show.day(last) if last else _("without a fixed end")
        raise NotNow(
            _(
                "The last day has moved since you read this page; it is now: %(day)s. Read it again,"
                " then decide."
            )
            % {"day": now}
        )


def standing_notice(agreement: Agreement) -> EndNotice | None:
    """Return the notice that ends the agreement, the latest that was not taken back."""
    return next(iter(_standing(agreement=agreement.pk)), None)


@Prepared
def _standing(agreement: UUID) -> QuerySet[EndNotice]:
    rows = EndNotice.objects.filter(agreement=agreement, taken_back_at__isnull=True)
    return rows.select_related("organisation", "by", "asked_back_by").order_by("-at", "-pk")[:1]


def _coming(agreement: Agreement) -> Coming:
    day = agreement.ends_on
    assert day is not None  # noqa: S101 - asked for by the query
    return Coming(agreement, agreement.goes_on, day, day - NOTICE if agreement.goes_on else day)


def losing(agreement: Agreement) -> list[str]:
    """Return what a termination loses, a line each."""
    lost: list[str] = [_("Obligations due after that day no longer apply.")]
    if agreement.followers.filter(relation=Relation.AMENDMENT, state=State.SIGNED).exists():
        lost.append(_("Its amendment, which has not begun, does not come into force."))
    if agreement.kind == Kind.STRATEGIC:
        lost.append(
            _("The partnership %(partnership)s ends that day, unless another agreement carries it.")
            % {"partnership": agreement.partnership.name}
        )
        lost.append(_("Joint laboratories founded under it close the next day."))
    lost.append(_("No notice of a publication can be given under it any more."))
    return lost
