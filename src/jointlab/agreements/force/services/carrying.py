"""How long its strategic agreements carry a partnership: as long as one follows the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from jointlab.agreements.models import Agreement, Kind, State
from jointlab.common import days
from jointlab.parties.models import Partnership, Person, Phase
from jointlab.parties.services.partnerships import bring_into_force, end_partnership

Span = tuple[date, date | None]


def carry(*, by: Person | None, agreement: Agreement) -> None:
    """Let the partnership be in force as its strategic agreements say today."""
    partnership, span = _fresh(agreement), _span(agreement)
    if span is not None and span != (partnership.in_force_since, partnership.in_force_until):
        since, until = span
        bring_into_force(by=by, partnership=partnership, since=since, until=until)


def end_partnership_with(*, by: Person, agreement: Agreement, reason: str) -> None:
    """End the partnership with the agreement, unless another one carries it further."""
    partnership, span = _fresh(agreement), _span(agreement)
    if span is None or span == (partnership.in_force_since, partnership.in_force_until):
        return
    since, until = span
    if partnership.phase is Phase.IN_FORCE and until is not None:
        end_partnership(by=by, partnership=partnership, on=until, reason=reason)
    else:
        bring_into_force(by=by, partnership=partnership, since=since, until=until)


def _fresh(agreement: Agreement) -> Partnership:
    return Partnership.objects.get(pk=agreement.partnership_id)


def _span(agreement: Agreement) -> Span | None:
    """Return the time without a gap in which today lies; else the next one, else the last."""
    spans = list(_spans(agreement))
    today = days.today()
    still = [span for span in spans if span[1] is None or span[1] >= today]
    return still[0] if still else (spans[-1] if spans else None)


def _spans(agreement: Agreement) -> Iterator[Span]:
    """Yield the times in which strategic agreements follow each other, the earliest first."""
    rows = Agreement.objects.filter(
        partnership=agreement.partnership_id, kind=Kind.STRATEGIC, state=State.SIGNED
    )
    now: Span | None = None
    for since, until in rows.order_by("starts_on").values_list("starts_on", "ends_on"):
        if until is not None and until < since:
            continue  # an amendment took its place on its first day
        if now is None:
            now = since, until
        elif now[1] is None or since <= now[1] + timedelta(days=1):
            now = now[0], None if until is None or now[1] is None else max(now[1], until)
        else:
            yield now
            now = since, until
    if now is not None:
        yield now
