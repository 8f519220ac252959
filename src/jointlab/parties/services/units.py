"""The tree of an organisation's units. Its changes go into the organisation's chain.

Each service locks the organisation first: two moves at once could close a circle, and a unit could
be closed while another is put into it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jointlab.common import days
from jointlab.common.errors import NotNow, Refusal
from jointlab.common.names import tidy_names
from jointlab.common.rows import check, edit, lock, refusing
from jointlab.history.services import record
from jointlab.parties import events
from jointlab.parties.access import require_organisation_office
from jointlab.parties.models import Organisation, Person, Unit

ONCE = {
    "parties_unit_named_once": gettext_lazy(
        "The organisation has a unit of this English name already."
    )
}


@transaction.atomic
def add_unit(
    *, by: Person, organisation: Organisation, parent: Unit | None = None, **values: Any
) -> Unit:
    """Add a school, office, division or department."""
    require_organisation_office(by, organisation)
    lock(organisation)
    _check_parent(organisation, None, parent)
    unit = Unit(organisation=organisation, parent=parent, **tidy_names(values))
    check(unit)
    with refusing(**ONCE):
        unit.save(force_insert=True)
    record(
        events.UNIT_ADDED,
        chain=organisation.pk,
        by=by,
        unit=unit,
        kind=unit.kind,
        parent=parent,
        organisation=organisation,
    )
    return unit


@transaction.atomic
def edit_unit(*, by: Person, unit: Unit, version: int, parent: Unit | None, **values: Any) -> Unit:
    """Change a unit's names, its kind or its place in the tree."""
    require_organisation_office(by, unit.organisation)
    lock(unit.organisation)
    _check_parent(unit.organisation, unit, parent)
    with refusing(**ONCE):
        unit, changed = edit(unit, version=version, parent=parent, **tidy_names(values))
    if changed:
        record(
            events.UNIT_EDITED,
            chain=unit.organisation_id,
            by=by,
            unit=unit,
            changed=changed,
            parent=parent,
        )
    return unit


@transaction.atomic
def close_unit(*, by: Person, unit: Unit, on: date) -> Unit:
    """Close a unit as of that day; what was done in it stays readable."""
    require_organisation_office(by, unit.organisation)
    lock(unit.organisation)
    unit = lock(unit)
    if unit.closed_on is not None:
        raise NotNow(_("This unit is closed already."))
    if on > days.today():
        raise Refusal(_("A unit is closed today or as of an earlier day."))
    if unit.children.filter(closed_on=None).exists():
        raise NotNow(_("Close the units inside it first."))
    unit.closed_on = on
    unit.version += 1
    unit.save(update_fields=["closed_on", "version"])
    record(events.UNIT_CLOSED, chain=unit.organisation_id, by=by, unit=unit, on=on)
    return unit


def _check_parent(organisation: Organisation, unit: Unit | None, parent: Unit | None) -> None:
    """Refuse a place that is not in the organisation, is closed, or lies inside the unit itself."""
    if parent is None:
        return
    # As it is now, under the organisation's lock: the form's list may be minutes old.
    above: Unit | None = Unit.objects.get(pk=parent.pk)
    if parent.organisation_id != organisation.pk:
        raise Refusal(_("The unit above it belongs to another organisation."))
    moved = unit is None or unit.parent_id != parent.pk
    if moved and above is not None and above.closed_on is not None:
        raise NotNow(_("The unit above it is closed."))
    while above is not None:
        if above == unit:
            raise Refusal(_("A unit cannot be part of itself."))
        above = above.parent
