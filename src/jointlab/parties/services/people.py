"""People: made by accepting an invitation, changed by themselves."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from jointlab.common.editing import edit
from jointlab.history.services import record
from jointlab.parties.models import Person


@transaction.atomic
def edit_profile(*, by: Person, version: int, **values: Any) -> Person:
    """Change one's own names, language or time zone."""
    person, changed = edit(by, version=version, **values)
    if changed:
        record("parties.profile_edited", chain=person.pk, by=by, person=person, changed=changed)
    return person
