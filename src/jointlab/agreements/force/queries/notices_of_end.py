"""Notices that end agreements, as their pages and banners show them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.agreements.access import POLICY
from jointlab.agreements.force.queries.endings import losing
from jointlab.agreements.models import Agreement, Ending, EndKind, EndNotice
from jointlab.common import days, show
from jointlab.common.prepared import Prepared
from jointlab.common.rooms import Banner
from jointlab.common.show import Step
from jointlab.parties.models import Partnership
from jointlab.parties.policy import Reader, membership_of


@dataclass(frozen=True)
class EndingOf:
    """The notice of an agreement's page, and what the reader may do about it."""

    notice: EndNotice
    heading: str
    said: str
    steps: list[Step]
    lost: list[str]
    last_day: str
    note: bool
    ask_back: bool
    answer: bool


def ending_of(user: Reader, agreement: Agreement) -> EndingOf | None:
    """Return the latest notice that ends the agreement, or was to end it; None where there is none."""
    rows = agreement.end_notices.select_related(
        "organisation", "by", "noted_by", "asked_back_by", "taken_back_by"
    )
    notice = rows.filter(taken_back_at=None).last() or rows.last()
    if notice is None:
        return None
    notice.agreement = agreement
    own = membership_of(user, agreement.partnership)
    return EndingOf(
        notice=notice,
        heading=heading_of(notice),
        said=describe(notice),
        steps=list(_steps(notice)),
        lost=losing(agreement) if notice.is_open else [],
        last_day=show.day(notice.last_day),
        note=POLICY.may("note end", own, notice),
        ask_back=POLICY.may("ask back", own, notice),
        answer=POLICY.may("take back", own, notice),
    )


def heading_of(notice: EndNotice) -> str:
    """Return what stands above everything that hangs on the agreement."""
    if notice.taken_back_at is not None:
        return _("The notice was taken back")
    day = {"day": show.day(notice.last_day)}
    return _("Ends on %(day)s") % day if notice.is_open else _("Ended on %(day)s") % day


def describe(notice: EndNotice) -> str:
    """Return who gave notice of what, in a sentence."""
    said = _("%(side)s gave notice and terminated %(agreement)s.")
    if notice.kind == EndKind.NO_RENEWAL:
        said = _("%(side)s gave notice: %(agreement)s does not go on by itself.")
    return said % {"side": notice.organisation.name, "agreement": notice.agreement.name}


def describe_going_on(notice: EndNotice) -> str:
    """Return what becomes of the agreement when the notice is taken back."""
    day = {"day": show.day(notice.last_day)}
    if notice.kind == EndKind.NO_RENEWAL:
        return _("It does not end on %(day)s: it goes on by itself for another year.") % day
    if notice.before is None:
        return _("It does not end on %(day)s, and goes on without a fixed end as before.") % day
    return _("It does not end on %(day)s: %(before)s is its last day again.") % {
        **day,
        "before": show.day(notice.before),
    }


def banners(user: Reader, partnership: Partnership) -> Iterator[Banner]:
    """Yield what ends by notice, of the partnership's agreements, for whoever reads them."""
    own = membership_of(user, partnership)
    if own is None or "read" not in POLICY.rights(own):
        return
    for notice in _open(partnership=partnership.pk, today=days.today()):
        said = {"agreement": notice.agreement.name, "day": show.day(notice.last_day)}
        yield _banner(notice, _("%(agreement)s ends on %(day)s") % said)


def banner_on(agreement: Agreement) -> Banner | None:
    """Return the banner of the agreement's own page, by the latest notice; None where none stands."""
    if agreement.ending != Ending.TERMINATED and agreement.notice_given_at is None:
        return None
    rows = _open(partnership=agreement.partnership_id, today=days.today())
    found = [row for row in rows if row.agreement_id == agreement.pk]
    return _banner(found[-1], heading_of(found[-1])) if found else None


def _banner(notice: EndNotice, title: str) -> Banner:
    return Banner(
        title=title,
        text=describe(notice),
        act=_("Read the notice"),
        url=reverse("agreements:ending", args=[notice.agreement.code]),
    )


@Prepared
def _open(partnership: UUID, today: date) -> QuerySet[EndNotice]:
    rows = EndNotice.objects.filter(
        agreement__partnership=partnership,
        agreement__ends_on=F("last_day"),  # no other notice or agreement has moved it since
        taken_back_at__isnull=True,
        last_day__gte=today,
    )
    return rows.select_related("agreement", "organisation").order_by("at", "pk")


def _steps(notice: EndNotice) -> Iterator[Step]:
    yield Step(_("Notice given"), "passed", timezone.localdate(notice.at), notice.by)
    if notice.noted_at is not None:
        noted = timezone.localdate(notice.noted_at)
        yield Step(_("Noted by the other side"), "passed", noted, notice.noted_by)
    elif notice.is_open:
        yield Step(_("Noted by the other side"), "waiting")
    if notice.asked_back_at is not None:
        asked = timezone.localdate(notice.asked_back_at)
        yield Step(_("Proposed to take it back"), "passed", asked, notice.asked_back_by)
    if notice.taken_back_at is not None:
        taken = timezone.localdate(notice.taken_back_at)
        yield Step(_("Taken back"), "passed", taken, notice.taken_back_by)
        return
    if notice.asked_back_at is not None and notice.is_open:
        yield Step(_("The other side's word"), "waiting", notice.last_day)
    yield Step(_("Ends"), "later" if notice.is_open else "passed", notice.last_day)
