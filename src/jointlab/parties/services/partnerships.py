"""Partnerships: opened by the operator, then the sides' own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jointlab.common import days
from jointlab.common.errors import NotNow, Refusal
from jointlab.common.events import Event
from jointlab.common.names import tidy_names
from jointlab.common.rows import check, edit, lock, refusing
from jointlab.history.services import record
from jointlab.parties import events
from jointlab.parties.access import POLICY, require_operator
from jointlab.parties.models import Organisation, Partnership, Person, Phase, Side


@transaction.atomic
def open_partnership(
    *, by: Person, code: str, organisations: Sequence[Organisation], **names: str
) -> Partnership:
    """Open a partnership of two or more organisations: the operator's act."""
    require_operator(by)
    sides = list({organisation.pk: organisation for organisation in organisations}.values())
    if len(sides) < 2:
        raise Refusal(_("Choose at least two different organisations."))
    partnership = Partnership(code=code.lower(), **tidy_names(names))
    check(partnership)
    taken = _("There is a partnership with this code already.")
    with refusing(parties_partnership_code_key=taken):
        partnership.save(force_insert=True)
    Side.objects.bulk_create(
        Side(partnership=partnership, organisation=organisation, position=position)
        for position, organisation in enumerate(sides, start=1)
    )
    record(
        events.PARTNERSHIP_OPENED,
        chain=partnership.pk,
        by=by,
        partnership=partnership,
        organisations=sides,
    )
    return partnership


@transaction.atomic
def edit_partnership(
    *, by: Person, partnership: Partnership, version: int, **names: Any
) -> Partnership:
    """Change a partnership's names."""
    POLICY.require(by, "edit", partnership)
    return _edit(events.PARTNERSHIP_EDITED, by, partnership, version, tidy_names(names))


@transaction.atomic
def describe_partnership(
    *, by: Person, partnership: Partnership, version: int, **purposes: str
) -> Partnership:
    """Say in a paragraph what the cooperation is for; `purposes` are purpose_en, _zh, _ko."""
    POLICY.require(by, "describe", partnership)
    return _edit(events.PARTNERSHIP_DESCRIBED, by, partnership, version, purposes)


@transaction.atomic
def bring_into_force(
    *,
    by: Person | None,
    partnership: Partnership,
    since: date,
    until: date | None,
    goes_on: bool = False,
) -> Partnership:
    """Let an agreement carry the partnership from one day to another (inclusive).

    One that goes on by itself carries it after that day as well, until its end is certain.

    An effect of the agreement's last signature, or of time: whoever signed may be a witness, and
    the clock is nobody. Who may is asked where agreements are signed, not here.
    """
    if until is not None and until < since:
        raise Refusal(_("It cannot end before it begins."))
    partnership = lock(partnership)
    before = partnership.in_force_since, partnership.in_force_until
    partnership.in_force_since, partnership.in_force_until = since, until
    partnership.goes_on = goes_on
    partnership.save(update_fields=["in_force_since", "in_force_until", "goes_on"])
    if before == (since, until):
        return partnership  # a notice was given, or taken back: the agreement's entry says it
    record(
        events.PARTNERSHIP_IN_FORCE,
        chain=partnership.pk,
        by=by,
        partnership=partnership,
        since=since,
        until=until,
    )
    return partnership


@transaction.atomic
def end_partnership(
    *, by: Person | None, partnership: Partnership, on: date, reason: str
) -> Partnership:
    """Say which day is the partnership's last; from the next on its rights are those of afterwards.

    An effect of an agreement's termination, as bring_into_force is of its signing.
    """
    partnership = lock(partnership)
    if partnership.phase is not Phase.IN_FORCE:
        raise NotNow(_("Only a partnership that is in force can be ended."))
    partnership.in_force_until = max(on, days.today())
    partnership.goes_on = False
    partnership.save(update_fields=["in_force_until", "goes_on"])
    record(
        events.PARTNERSHIP_ENDED,
        chain=partnership.pk,
        by=by,
        partnership=partnership,
        on=partnership.in_force_until,
        reason=reason,
    )
    return partnership


def _edit(
    event: Event, by: Person, partnership: Partnership, version: int, values: dict[str, Any]
) -> Partnership:
    partnership, changed = edit(partnership, version=version, **values)
    if changed:
        record(event, chain=partnership.pk, by=by, partnership=partnership, changed=changed)
    return partnership
