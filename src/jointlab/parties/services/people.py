"""People: made by accepting an invitation, changed by themselves; and whoever runs the instance."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jointlab.common.addresses import address_of
from jointlab.common.names import tidy_names
from jointlab.common.rows import check, edit, refusing
from jointlab.history.chain import INSTANCE
from jointlab.history.services import record
from jointlab.parties import events
from jointlab.parties.access import require_operator
from jointlab.parties.models import Person


@transaction.atomic
def add_operator(*, by: Person | None, email: str, password: str, **profile: Any) -> Person:
    """Add somebody who runs this instance: an operator's act, or whoever holds the machine (None)."""
    if by is not None:
        require_operator(by)
    person = Person(email=address_of(email), is_operator=True, **tidy_names(profile))
    person.set_password(password)
    check(person)
    known = _("This address has an account already.")
    with refusing(parties_person_one_address=known, parties_person_email_key=known):
        person.save(force_insert=True)
    record(events.OPERATOR_ADDED, chain=INSTANCE, by=by, person=person)
    return person


@transaction.atomic
def edit_profile(*, by: Person, version: int, **values: Any) -> Person:
    """Change one's own names, language or time zone."""
    person, changed = edit(by, version=version, **tidy_names(values))
    if changed:
        record(events.PROFILE_EDITED, chain=person.pk, by=by, person=person, changed=changed)
    return person
