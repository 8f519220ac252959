"""The text of an agreement as it is, and what one may do with it now."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from jointlab.agreements.access import POLICY
from jointlab.agreements.force.queries.endings import why_not_let_end, why_not_terminate
from jointlab.agreements.models import Agreement, Approval, State, Version
from jointlab.common.prepared import Prepared
from jointlab.parties.policy import Reader, membership_of


def latest_version(agreement: Agreement) -> Version:
    """Return the version that is negotiated, or was signed."""
    [version] = _version(agreement=agreement.pk, number=agreement.latest)
    version.agreement = agreement
    return version


@Prepared
def _version(agreement: UUID, number: int) -> QuerySet[Version]:
    return Version.objects.filter(agreement=agreement, number=number)


@dataclass(frozen=True)
class Offers:
    """What the reader may do with an agreement now; the pages offer no more than that."""

    edit: bool
    send: bool
    sign: bool
    approve: bool
    unapprove: bool
    reopen: bool
    withdraw: bool
    follow: bool
    terminate: bool
    let_end: bool


def offers_of(user: Reader, agreement: Agreement, version: Version) -> Offers:
    """Return what the reader may do with the agreement, of that latest version, as it stands."""
    own = membership_of(user, agreement.partnership)

    def may(act: str) -> bool:
        return POLICY.may(act, own, agreement)

    approved = (
        own is not None
        and may("approve")
        and bool(_approvals_by(version=version.pk, side=own.organisation_id))
    )
    asked = agreement.signatures.filter(person=user.pk, asked_at__isnull=False, signed_at=None)
    return Offers(
        edit=may("edit"),
        send=may("send"),
        sign=agreement.state == State.SIGNING and asked.exists(),
        approve=may("approve") and not approved,
        unapprove=approved,
        reopen=may("reopen"),
        withdraw=may("edit"),
        follow=may("follow"),
        terminate=may("terminate") and why_not_terminate(agreement, version) is None,
        let_end=may("let end") and why_not_let_end(agreement) is None,
    )


@Prepared
def _approvals_by(version: UUID, side: UUID) -> QuerySet[Approval]:
    return Approval.objects.filter(version=version, organisation=side)
