"""Whoever is asked to sign is asked again: by those who wait, and by the clock."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.agreements import events, letters
from jointlab.agreements.access import POLICY
from jointlab.agreements.models import Signature, State
from jointlab.common import days
from jointlab.common.errors import NotNow
from jointlab.common.letters import send
from jointlab.common.rows import lock
from jointlab.history.services import record
from jointlab.parties.models import Person

EVERY = timedelta(days=7)  # whoever has not signed is written to so often by the clock


@transaction.atomic
def remind_signer(*, by: Person, signature: Signature) -> Signature:
    """Send whoever is asked to sign the letter again: at most once a day."""
    agreement = lock(signature.agreement)
    row = agreement.signatures.select_related("person", "organisation").filter(pk=signature.pk)
    signature = row.first() or signature  # its place is gone when the text was reopened meanwhile
    signature.agreement = agreement
    POLICY.require(by, "remind signer", signature)
    last = signature.reminded_at or signature.asked_at
    if last is not None and days.day_of(last) == days.today():
        raise NotNow(_("They were written to today already. Remind them tomorrow."))
    _write_again(signature)
    record(
        events.SIGNER_REMINDED,
        chain=agreement.partnership_id,
        by=by,
        agreement=agreement,
        person=signature.person,
    )
    return signature


def remind_signers() -> None:
    """Write again to everybody who was asked a week ago, or reminded then, and has not signed."""
    day = days.today() - EVERY
    rows = Signature.objects.annotate(last=Coalesce("reminded_at", "asked_at"))
    rows = rows.filter(
        agreement__state=State.SIGNING,
        asked_at__isnull=False,
        signed_at=None,
        last__lte=timezone.make_aware(datetime.combine(day, time.max)),
    )
    for found in rows.select_related("agreement"):
        with transaction.atomic():
            agreement = lock(found.agreement)
            row = agreement.signatures.filter(pk=found.pk, reminded_at=found.reminded_at).first()
            if row is not None and row.is_asked:
                _write_again(row)


def _write_again(signature: Signature) -> None:
    signature.reminded_at = timezone.now()
    signature.save(update_fields=["reminded_at"])
    send(letters.REMINDED, signature)
