"""Who may sign in somebody's place."""

from __future__ import annotations

from jointlab.agreements.models import Signature
from jointlab.parties.models import Membership, Memberships, Role


def deputies_for(signature: Signature) -> Memberships:
    """Return the members of the signer's side who may sign instead, and do not sign already.

    For a signatory those who speak for their side; whoever is of the side can be a witness.
    """
    rows = Membership.objects.live().filter(
        partnership=signature.agreement.partnership_id, organisation=signature.organisation_id
    )
    if not signature.witness:
        rows = rows.filter(roles__contains=[Role.SIGNATORY])
    signing = signature.agreement.signatures.values("person")
    rows = rows.exclude(person__in=signing)
    return rows.select_related("person", "organisation").order_by("rank", "pk")


def choices_of(signature: Signature) -> list[tuple[str, str]]:
    """Return the same as one chooses them: by the person's id, name and title."""
    return [
        (str(row.person_id), f"{row.person.name}, {row.title}" if row.title else row.person.name)
        for row in deputies_for(signature)
    ]
