"""Sending a draft: what one side has written becomes a text that every side negotiates."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.agreements import events, letters
from jointlab.agreements.access import POLICY
from jointlab.agreements.models import Agreement
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.common.errors import Changed
from jointlab.common.letters import send
from jointlab.common.rows import lock
from jointlab.history.services import record
from jointlab.parties.models import Person


@transaction.atomic
def send_agreement(*, by: Person, agreement: Agreement, base: int) -> Agreement:
    """Send one's side's draft to the other side, as it was read: in the version `base`.

    Now it gets its number and its code. The earlier versions stay with the side that began it.
    """
    agreement = lock(agreement)
    own = POLICY.require(by, "send", agreement)
    version = latest_version(agreement)
    if version.number != base:
        raise Changed(_("The text was changed since you read it. Read it again."), version)
    partnership = lock(agreement.partnership)  # numbers are given one after the other
    last = partnership.agreements.aggregate(last=Max("number"))["last"] or 0
    agreement.number, agreement.code = last + 1, f"{partnership.code}-{last + 1}"
    agreement.sent_at, agreement.sent_version = timezone.now(), version.number
    agreement.save(update_fields=["number", "code", "sent_at", "sent_version"])
    send(letters.SENT, agreement, by=by)
    record(
        events.SENT,
        chain=agreement.chain,
        by=by,
        agreement=agreement,
        organisation=own.organisation,
        kind=agreement.kind,
        relation=agreement.relation,
        follows=agreement.follows,
        version=version.number,
        sha256=version.sha256,
    )
    return agreement
