"""An agreement that goes on by itself: its last day is moved, as its terms have moved it already."""

from __future__ import annotations

from jointlab.agreements import events
from jointlab.agreements.force.queries.endings import last_days_to_come
from jointlab.agreements.force.services.carrying import carry
from jointlab.agreements.force.services.dues import end_obligations
from jointlab.agreements.models import Agreement, Kind
from jointlab.history.services import record


def catch_up(agreement: Agreement) -> None:
    """Write down, an entry for each year, how the locked agreement has gone on until today."""
    to_come = list(last_days_to_come(agreement))
    if not to_come:
        return
    agreement.ends_on, agreement.noticed = to_come[-1], None
    agreement.save(update_fields=["ends_on", "noticed"])
    end_obligations(agreement)
    if agreement.kind == Kind.STRATEGIC:
        carry(by=None, agreement=agreement)
    for day in to_come:
        record(
            events.WENT_ON,
            chain=agreement.partnership_id,
            by=None,
            agreement=agreement,
            until=day,
        )
