"""Whether an agreement can still bind when it is approved or signed: time passes meanwhile."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from jointlab.agreements.force.queries.endings import last_day
from jointlab.agreements.models import BINDING, Agreement, Ending, Relation, State
from jointlab.common import days
from jointlab.common.errors import NotNow, Refusal
from jointlab.common.rows import lock


def require_not_expired(agreement: Agreement) -> None:
    """Refuse a locked agreement whose time is over, or that follows what it cannot follow any more.

    What it follows is locked, too: of two amendments signed at once the second finds the first.
    """
    if agreement.ends_on is not None and agreement.ends_on < days.today():
        raise NotNow(_("Its last day has passed: it would bind nobody. Change its period first."))
    if agreement.follows is not None:
        require_followable(lock(agreement.follows), agreement.relation, agreement.starts_on)


def require_followable(followed: Agreement, relation: str, start: date) -> None:
    """Refuse an amendment or a renewal, from that day on, of what does not take one."""
    renewed = followed.followers.filter(relation=Relation.RENEWAL, state=State.SIGNED)
    if followed.ending == Ending.SUPERSEDED or (relation == Relation.RENEWAL and renewed.exists()):
        raise NotNow(_("Another agreement follows that one already. Follow the later one instead."))
    if relation == Relation.RENEWAL:
        if start <= followed.starts_on:
            raise Refusal(_("A renewal begins after the agreement that it renews."))
        return
    last = last_day(followed) or date.max
    if followed.standing not in BINDING or not followed.starts_on <= start <= last:
        raise Refusal(_("An amendment begins while the agreement that it amends is in force."))
