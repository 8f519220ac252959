"""Founding a laboratory and saying what it is: every change takes back a word already given."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jointlab.agreements.models import Agreement
from jointlab.common import days
from jointlab.common.errors import Changed, NotNow, Refusal
from jointlab.common.names import tidy_names
from jointlab.common.rows import check, edit, lock, refusing
from jointlab.history.services import record
from jointlab.laboratory import events
from jointlab.laboratory.access import POLICY
from jointlab.laboratory.models import Laboratory
from jointlab.laboratory.queries.choices import OURS
from jointlab.laboratory.queries.laboratory import missing_on_public_page
from jointlab.laboratory.queries.lists import agreement_for_laboratory
from jointlab.parties.models import Partnership, Person
from jointlab.taxonomy.models import Field

WITHOUT = gettext_lazy(
    "A joint laboratory needs a strategic cooperation agreement that is in force."
)


@transaction.atomic
def found_laboratory(
    *, by: Person, partnership: Partnership, code: str, **names: str
) -> Laboratory:
    """Found a laboratory under the strategic agreement that is in force."""
    POLICY.require(by, "edit", partnership)
    laboratory = Laboratory(
        partnership=partnership,
        agreement=agreement_in_force(partnership),
        code=code.lower(),
        founded_on=days.today(),
        **tidy_names(names),
    )
    check(laboratory)
    # Nothing of whose it is: it may be one that is prepared and that nobody else may know.
    taken = _("This code cannot be used. Choose another one.")
    with refusing(laboratory_laboratory_code_key=taken, laboratory_under_agreement=WITHOUT):
        laboratory.save(force_insert=True)
    record(
        events.FOUNDED,
        chain=partnership.pk,
        by=by,
        laboratory=laboratory,
        agreement=laboratory.agreement,
    )
    return laboratory


@transaction.atomic
def edit_laboratory(
    *, by: Person, laboratory: Laboratory, version: int, **values: Any
) -> Laboratory:
    """Change names and what is said about it; `values` are name_en, …, about_en, …."""
    POLICY.require(by, "edit", laboratory)
    laboratory, changed = edit(laboratory, version=version, **tidy_names(values))
    if changed:
        void_confirmations(laboratory)
        require_public_page_complete(laboratory)
        _record_edited(by, laboratory, changed)
    return laboratory


@transaction.atomic
def choose_fields(
    *, by: Person, laboratory: Laboratory, version: int, field_ids: Collection[UUID | str]
) -> Laboratory:
    """Say in which fields of the platform's own list it works."""
    POLICY.require(by, "edit", laboratory)
    laboratory = lock(laboratory)
    if laboratory.version != version:
        raise Changed(
            _("Somebody else changed this meanwhile. Compare, then save again."), laboratory
        )
    wanted = {str(pk) for pk in field_ids}
    fields = Field.objects.filter(pk__in=wanted, scheme=OURS)
    if len(fields) != len(wanted):
        raise Refusal(_("That is no field of this platform's own list."))
    if wanted != set(laboratory.field_ids):
        laboratory.fields.set(fields)
        count_part_change(laboratory)
        _record_edited(by, laboratory, ["fields"])
    return laboratory


def agreement_in_force(partnership: Partnership) -> Agreement:
    """Return the strategic agreement that is in force today; refuse where there is none."""
    agreement = agreement_for_laboratory(partnership)
    if agreement is None:
        raise NotNow(str(WITHOUT))
    return agreement


def count_part_change(laboratory: Laboratory) -> None:
    """Count a change of a part of the locked laboratory, and void earlier confirmations."""
    laboratory.version += 1
    laboratory.save(update_fields=["version"])
    void_confirmations(laboratory)


def void_confirmations(laboratory: Laboratory) -> None:
    """Delete the sides' confirmations: they were given for the laboratory as it was before."""
    if laboratory.unveiled_on is None:
        laboratory.confirmations.all().delete()


def require_public_page_complete(laboratory: Laboratory) -> None:
    """Refuse to leave an unveiled laboratory without what its public page needs."""
    if laboratory.unveiled_on is None:
        return
    if missing := missing_on_public_page(laboratory, laboratory.directions.all()):
        raise Refusal(
            _("The laboratory is unveiled. Its public page needs: %(missing)s")
            % {"missing": " ".join(missing)}
        )


def _record_edited(by: Person, laboratory: Laboratory, changed: list[str]) -> None:
    record(
        events.EDITED,
        chain=laboratory.partnership_id,
        by=by,
        laboratory=laboratory,
        changed=changed,
    )
