"""The unveiling: an act of every side, and of none alone."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jointlab.common import days
from jointlab.common.errors import Changed, NotNow, Refusal
from jointlab.common.letters import send
from jointlab.common.rows import lock, refusing
from jointlab.history.services import record
from jointlab.laboratory import events, letters
from jointlab.laboratory.access import POLICY
from jointlab.laboratory.models import Confirmation, Laboratory
from jointlab.laboratory.queries.laboratory import missing_for_unveiling
from jointlab.laboratory.services.laboratories import WITHOUT, agreement_in_force
from jointlab.parties.models import Person


@transaction.atomic
def confirm_unveiling(*, by: Person, laboratory: Laboratory, version: int) -> Laboratory:
    """Give one side's word that the laboratory of that version be unveiled; the last one unveils it.

    Returns the laboratory; its public page stands from the moment in which every side has confirmed.
    """
    own = POLICY.require(by, "confirm", laboratory)
    laboratory = lock(laboratory)
    _require_unveilable(laboratory, version)
    if laboratory.confirmations.filter(organisation=own.organisation).exists():
        raise NotNow(_("Your side has confirmed it already."))
    word = Confirmation.objects.create(
        laboratory=laboratory, organisation=own.organisation, by=by, version=version
    )
    is_last = laboratory.confirmations.count() == laboratory.partnership.sides.count()
    if is_last:
        laboratory.agreement = agreement_in_force(laboratory.partnership)
        laboratory.unveiled_on = days.today()
        with refusing(laboratory_under_agreement=WITHOUT):  # it may have ended a moment ago
            laboratory.save(update_fields=["agreement", "unveiled_on"])
        send(letters.UNVEILED, laboratory)
    else:
        send(letters.CONFIRMED, word)
    facts: dict[str, Any] = {"chain": laboratory.partnership_id, "by": by, "laboratory": laboratory}
    record(events.UNVEILING_CONFIRMED, organisation=own.organisation, **facts)
    if is_last:
        record(events.UNVEILED, agreement=laboratory.agreement, **facts)
    return laboratory


@transaction.atomic
def take_back_confirmation(*, by: Person, laboratory: Laboratory) -> Laboratory:
    """Take one's own side's word back, while the laboratory is not unveiled."""
    own = POLICY.require(by, "confirm", laboratory)
    laboratory = lock(laboratory)
    if laboratory.unveiled_on is not None:
        raise NotNow(_("The laboratory is unveiled already."))
    deleted, _each = laboratory.confirmations.filter(organisation=own.organisation).delete()
    if not deleted:
        raise NotNow(_("Your side has not confirmed it."))
    record(
        events.CONFIRMATION_TAKEN_BACK,
        chain=laboratory.partnership_id,
        by=by,
        laboratory=laboratory,
        organisation=own.organisation,
    )
    return laboratory


def _require_unveilable(laboratory: Laboratory, version: int) -> None:
    if laboratory.unveiled_on is not None:
        raise NotNow(_("The laboratory is unveiled already."))
    if laboratory.version != version:
        raise Changed(_("The laboratory was changed since you read it. Read it again."), laboratory)
    agreement_in_force(laboratory.partnership)
    if missing := missing_for_unveiling(laboratory):
        raise Refusal(
            _("Still missing before the unveiling: %(missing)s") % {"missing": " ".join(missing)}
        )
