"""How far the signing of an agreement is, and what stands in its way."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from jointlab.agreements.access import POLICY
from jointlab.agreements.models import Agreement, Paper, Signature, State
from jointlab.agreements.signature.queries.deputies import deputies_for
from jointlab.common.errors import NotNow, NotVisible
from jointlab.common.names import pick
from jointlab.common.show import Step
from jointlab.parties.models import Membership
from jointlab.parties.policy import Reader, membership_of
from jointlab.signing.pictures import count_pages, draw_page


@dataclass(frozen=True)
class Place:
    """A place to sign, and what the reader may do about it."""

    signature: Signature
    remind: bool
    deputy: bool


@dataclass(frozen=True)
class Signing:
    """What the page of an agreement's signing shows.

    `mine` is the reader's own place if it is their turn; `left` are those to come who are not
    on the side any more for which they were to sign; `problem` says why there is no document.
    """

    agreement: Agreement
    paper: Paper | None
    signatures: Sequence[Signature]
    mine: Signature | None
    left: Sequence[Signature]
    problem: str
    may_try_again: bool
    places: Sequence[Place] = ()

    @property
    def steps(self) -> list[Step]:
        """The signers in order, as a stepped line."""
        return [_step(signature) for signature in self.signatures]

    @property
    def takes_acts(self) -> bool:
        """Whether there is anything that the reader may do about a place."""
        return any(place.remind or place.deputy for place in self.places)

    @property
    def is_being_made(self) -> bool:
        """Whether the document is still to come."""
        return self.agreement.state == State.APPROVED and not self.problem

    @property
    def is_complete(self) -> bool:
        """Whether everybody has signed."""
        return self.agreement.state == State.SIGNED


def signing_of(user: Reader, agreement: Agreement, rights: Collection[str]) -> Signing:
    """Return how far the signing is, for this reader with these rights; three queries."""
    live = Membership.objects.live().filter(
        partnership=agreement.partnership_id,
        person=OuterRef("person"),
        organisation=OuterRef("organisation"),
    )
    rows = agreement.signatures.select_related("person", "organisation")
    signatures = list(rows.annotate(belongs=Exists(live)))
    open_ones = [each for each in signatures if each.signed_at is None]
    problem = problem_of(agreement)
    return Signing(
        agreement=agreement,
        paper=paper_of(agreement),
        signatures=signatures,
        mine=next((each for each in open_ones[:1] if each.person_id == user.pk), None),
        left=[each for each in open_ones if not each.belongs],
        problem=problem,
        may_try_again=bool(problem) and "draft" in rights,
        places=list(_places(user, agreement, signatures)),
    )


def _places(user: Reader, agreement: Agreement, signatures: Sequence[Signature]) -> Iterator[Place]:
    """Yield each place with what the reader may do about it; nothing once somebody has signed."""
    own = membership_of(user, agreement.partnership)
    begun = any(each.signed_at for each in signatures)
    for signature in signatures:
        signature.agreement = agreement
        yield Place(
            signature,
            remind=signature.person_id != user.pk and POLICY.may("remind signer", own, signature),
            deputy=not begun
            and POLICY.may("name deputy", own, signature)
            and deputies_for(signature).exists(),
        )


def paper_of(agreement: Agreement) -> Paper | None:
    """Return the document as it is now, without its bytes."""
    rows = Paper.objects.filter(agreement=agreement).select_related("version")
    return rows.defer("pdf", "version__content").first()


def pdf_of(agreement: Agreement) -> tuple[str, bytes] | None:
    """Return the document's SHA-256 and its bytes, if it has been made."""
    row = Paper.objects.filter(agreement=agreement).values_list("sha256", "pdf").first()
    return (row[0], bytes(row[1])) if row else None


def pages_of(agreement: Agreement) -> range:
    """Return the numbers of the document's pages; none while it has not been made."""
    found = pdf_of(agreement)
    return range(1, count_pages(found[1]) + 1) if found else range(0)


def picture_of(agreement: Agreement, sha256: str, number: int) -> bytes:
    """Return a page of the document of that hash, and of no other, as PNG."""
    found = pdf_of(agreement)
    if found is None or found[0] != sha256:
        raise NotNow(_("The document has changed since you read it. Read it again, then sign."))
    if not 0 < number <= count_pages(found[1]):
        raise NotVisible
    return draw_page(found[1], number)


def problem_of(agreement: Agreement) -> str:
    """Return why the document could not be made, for the reader; nothing while there is hope."""
    return pick(json.loads(agreement.paper_problem)) if agreement.paper_problem else ""


def _step(signature: Signature) -> Step:
    state = "later"
    if signature.signed_at is not None:
        state = "passed"
    elif signature.asked_at is not None:
        state = "going"
    what = _("Witness") if signature.witness else _("Signatory")
    return Step(what, state, signature.signed_at, signature.person)
