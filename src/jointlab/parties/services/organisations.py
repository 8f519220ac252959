"""Organisations and their units. Their changes go into the organisation's own chain."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jointlab.common.editing import edit, lock
from jointlab.common.errors import NotAllowed, NotNow, Refusal
from jointlab.history.services import record
from jointlab.parties.access import demand_operator, may_edit_units
from jointlab.parties.models import Organisation, Person, Unit


@transaction.atomic
def add_organisation(*, by: Person, **values: Any) -> Organisation:
    """Add an organisation: the operator's act."""
    demand_operator(by)
    organisation = Organisation.objects.create(**values)
    record(
        "parties.organisation_added",
        chain=organisation.pk,
        by=by,
        organisation=organisation,
        kind=organisation.kind,
    )
    return organisation


@transaction.atomic
def edit_organisation(
    *, by: Person, organisation: Organisation, version: int, **values: Any
) -> Organisation:
    """Change an organisation's names or codes: its own office's act, or the operator's."""
    demand_house(by, organisation)
    organisation, changed = edit(organisation, version=version, **values)
    if changed:
        record(
            "parties.organisation_edited",
            chain=organisation.pk,
            by=by,
            organisation=organisation,
            changed=changed,
        )
    return organisation


@transaction.atomic
def add_unit(
    *, by: Person, organisation: Organisation, parent: Unit | None = None, **values: Any
) -> Unit:
    """Add a school, office, division or department."""
    demand_house(by, organisation)
    _check_parent(organisation, None, parent)
    unit = Unit.objects.create(organisation=organisation, parent=parent, **values)
    record("parties.unit_added", chain=organisation.pk, by=by, unit=unit, parent=parent)
    return unit


@transaction.atomic
def edit_unit(*, by: Person, unit: Unit, version: int, parent: Unit | None, **values: Any) -> Unit:
    """Change a unit's names, its kind or its place in the tree."""
    demand_house(by, unit.organisation)
    lock(unit.organisation)  # two moves at once could close a circle
    _check_parent(unit.organisation, unit, parent)
    unit, changed = edit(unit, version=version, parent=parent, **values)
    if changed:
        record("parties.unit_edited", chain=unit.organisation_id, by=by, unit=unit, changed=changed)
    return unit


@transaction.atomic
def close_unit(*, by: Person, unit: Unit, on: date) -> Unit:
    """Close a unit as of that day; what was done in it stays readable."""
    demand_house(by, unit.organisation)
    unit = lock(unit)
    if unit.closed_on is not None:
        raise NotNow(_("This unit is closed already."))
    if unit.children.filter(closed_on=None).exists():
        raise NotNow(_("Close the units inside it first."))
    unit.closed_on = on
    unit.save(update_fields=["closed_on"])
    record("parties.unit_closed", chain=unit.organisation_id, by=by, unit=unit, on=on)
    return unit


def demand_house(by: Person, organisation: Organisation) -> None:
    """Refuse whoever is neither of that organisation's office nor the operator."""
    if not may_edit_units(by, organisation):
        raise NotAllowed(_("Only the partnership office of that organisation may do this."))


def _check_parent(organisation: Organisation, unit: Unit | None, parent: Unit | None) -> None:
    if parent is None:
        return
    if parent.organisation_id != organisation.pk:
        raise Refusal(_("The unit above it belongs to another organisation."))
    above: Unit | None = parent
    while above is not None:
        if above == unit:
            raise Refusal(_("A unit cannot lie inside itself."))
        above = above.parent
