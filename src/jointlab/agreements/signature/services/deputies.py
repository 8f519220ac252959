"""Somebody else signs for a side: named by an act of that side, before anybody has signed.

The document names who signs, so another one is made, of a version that differs in that name alone.
Who signs for a side is its own affair: what the sides approved stays approved, and all are told.
Once somebody has signed the document nothing of it changes; then the text is reopened.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jointlab.agreements import events, letters
from jointlab.agreements.access import POLICY
from jointlab.agreements.models import Agreement, Approval, Paper, Signature, State, Version
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.agreements.negotiation.services.drafting import signer_of
from jointlab.agreements.negotiation.services.versions import keep_version
from jointlab.agreements.signature.queries.deputies import deputies_for
from jointlab.common.errors import NotNow, Refusal
from jointlab.common.jobs import defer
from jointlab.common.letters import send
from jointlab.common.rows import lock
from jointlab.history.services import record
from jointlab.parties.models import Membership, Person


@transaction.atomic
def name_deputy(*, by: Person, signature: Signature, person: UUID) -> Agreement:
    """Let that member of the same side sign in the place of somebody who has not signed."""
    agreement = lock(signature.agreement)
    row = agreement.signatures.select_related("person", "organisation").filter(pk=signature.pk)
    place = row.first()
    if place is None:
        raise NotNow(_("This agreement is not being signed now."))
    place.agreement = agreement
    own = POLICY.require(by, "name deputy", place)
    deputy = _deputy(place, person)
    version = _with_deputy(agreement, own, place, deputy)
    send(letters.DEPUTY_NAMED, agreement, by=by, **_named(place, deputy))
    agreement.signatures.all().delete()
    Paper.objects.filter(agreement=agreement).delete()
    agreement.state, agreement.paper_problem = State.APPROVED, ""
    agreement.save(update_fields=["state", "paper_problem"])
    defer("agreements.make_paper", agreement=str(agreement.pk))
    record(
        events.DEPUTY_NAMED,
        chain=agreement.partnership_id,
        by=by,
        agreement=agreement,
        organisation=place.organisation,
        person=deputy.person,
        instead_of=place.person,
        version=version.number,
        sha256=version.sha256,
    )
    return agreement


def _deputy(place: Signature, person: UUID) -> Membership:
    for member in deputies_for(place):
        if member.person_id == person:
            return member
    raise Refusal(_("Choose somebody of your side who may sign and does not sign already."))


def _with_deputy(
    agreement: Agreement, own: Membership, place: Signature, deputy: Membership
) -> Version:
    """Keep the text with the deputy's name in that place; what was approved stays approved."""
    before = latest_version(agreement)
    signers = tuple(
        signer_of(deputy, witness=row.witness) if row.person == place.person_id else row
        for row in before.text.signers
    )
    version = keep_version(agreement, own, replace(before.text, signers=signers), "signers")
    Approval.objects.bulk_create(
        Approval(version=version, organisation_id=row.organisation_id, by_id=row.by_id, at=row.at)
        for row in before.approvals.all()
    )
    return version


def _named(place: Signature, deputy: Membership) -> dict[str, object]:
    """Return both names as the letter says them, each in the reader's language."""
    return {"deputy": dict(deputy.person.names), "instead_of": dict(place.person.names)}
