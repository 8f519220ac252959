"""How long its strategic agreements carry a partnership: as long as one follows the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from jointlab.agreements.models import Agreement, Kind, State
from jointlab.common import days
from jointlab.parties.models import Partnership, Person, Phase
from jointlab.parties.services.partnerships import bring_into_force, end_partnership

Span = tuple[date, date | None, bool]  # from, to, and whether it goes on by itself after that


def carry(*, by: Person | None, agreement: Agreement) -> None:
    """Let the partnership be in force as its strategic agreements say today."""
    partnership, span = _fresh(agreement), _span(agreement)
    if span is not None and span != _now(partnership):
        since, until, goes_on = span
        bring_into_force(by=by, partnership=partnership, since=since, until=until, goes_on=goes_on)


def end_partnership_with(*, by: Person, agreement: Agreement, reason: str) -> None:
    """End the partnership with the agreement, unless another one carries it further."""
    partnership, span = _fresh(agreement), _span(agreement)
    if span is None:
        return
    _since, until, goes_on = span
    if (
        span[:2] != _now(partnership)[:2]
        and partnership.phase is Phase.IN_FORCE
        and until is not None
        and not goes_on
    ):
        end_partnership(by=by, partnership=partnership, on=until, reason=reason)
    else:
        carry(by=by, agreement=agreement)


def _now(partnership: Partnership) -> tuple[date | None, date | None, bool]:
    return partnership.in_force_since, partnership.in_force_until, partnership.goes_on


def _fresh(agreement: Agreement) -> Partnership:
    return Partnership.objects.get(pk=agreement.partnership_id)


def _span(agreement: Agreement) -> Span | None:
    """Return the time without a gap in which today lies; else the next one, else the last."""
    spans = list(_spans(agreement))
    today = days.today()
    still = [span for span in spans if span[2] or span[1] is None or span[1] >= today]
    return still[0] if still else (spans[-1] if spans else None)


def _spans(agreement: Agreement) -> Iterator[Span]:
    """Yield the times in which strategic agreements follow each other, the earliest first."""
    rows = Agreement.objects.filter(
        partnership=agreement.partnership_id, kind=Kind.STRATEGIC, state=State.SIGNED
    )
    now: Span | None = None
    for row in rows.order_by("starts_on"):
        since, until, goes_on = row.starts_on, row.ends_on, row.goes_on
        if until is not None and until < since:
            continue  # an amendment took its place on its first day
        if now is None:
            now = since, until, goes_on
        elif now[2] or now[1] is None or since <= now[1] + timedelta(days=1):
            last = None if until is None or now[1] is None else max(now[1], until)
            now = now[0], last, now[2] or goes_on
        else:
            yield now
            now = since, until, goes_on
    if now is not None:
        yield now
