"""Organisations, and what is taken over from ROR. Their changes go into their own chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from jointlab.common.errors import NotAllowed
from jointlab.common.names import tidy_names
from jointlab.common.rows import check, edit, refusing
from jointlab.history.services import record
from jointlab.parties import events
from jointlab.parties.access import require_operator, require_organisation_office
from jointlab.parties.models import Organisation, Person
from jointlab.parties.ror import Entry

CODES = ("ror", "credit_code")
ONCE = {
    "parties_organisation_ror_key": _("There is an organisation with this ROR id already."),
    "parties_organisation_credit_code_key": _(
        "There is an organisation with this unified social credit code already."
    ),
}


@transaction.atomic
def add_organisation(*, by: Person, **values: Any) -> Organisation:
    """Add an organisation: the operator's act."""
    require_operator(by)
    organisation = _create(values)
    record(
        events.ORGANISATION_ADDED,
        chain=organisation.pk,
        by=by,
        organisation=organisation,
        kind=organisation.kind,
    )
    return organisation


@transaction.atomic
def import_organisation(*, by: Person, entry: Entry) -> Organisation | None:
    """Add an organisation as ROR has it; None when there is one with this ROR id already."""
    require_operator(by)
    if Organisation.objects.filter(ror=entry.ror).exists():
        return None
    organisation = _create(entry.values())
    record(
        events.ORGANISATION_IMPORTED,
        chain=organisation.pk,
        by=by,
        organisation=organisation,
        kind=organisation.kind,
        ror=entry.ror,
    )
    return organisation


@transaction.atomic
def edit_organisation(
    *, by: Person, organisation: Organisation, version: int, **values: Any
) -> Organisation:
    """Change an organisation's names: its own office's act, or the operator's; codes: the latter's.

    Or an office could take the code of another organisation, or learn by a refusal that it is here.
    """
    require_organisation_office(by, organisation)
    if not by.is_operator and _changes_codes(organisation, values):
        raise NotAllowed(
            _("An operator of this instance enters the ROR id and the social credit code.")
        )
    with refusing(**ONCE):
        organisation, changed = edit(organisation, version=version, **tidy_names(values))
    if changed:
        record(
            events.ORGANISATION_EDITED,
            chain=organisation.pk,
            by=by,
            organisation=organisation,
            changed=changed,
        )
    return organisation


def _changes_codes(organisation: Organisation, values: Mapping[str, Any]) -> bool:
    return any(
        name in values and (values[name] or None) != getattr(organisation, name) for name in CODES
    )


def _create(values: dict[str, Any]) -> Organisation:
    organisation = Organisation(**tidy_names(values))
    check(organisation)
    with refusing(**ONCE):
        organisation.save(force_insert=True)
    return organisation
