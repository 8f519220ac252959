"""Beginning an agreement: from the clauses of its kind, or from the text that it follows."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from jointlab.agreements import events
from jointlab.agreements.access import POLICY
from jointlab.agreements.models import Agreement, Kind, Relation
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.agreements.negotiation.services.timely import require_followable
from jointlab.agreements.negotiation.services.versions import keep_version, names_from
from jointlab.agreements.text import Party, Signer, Terms, Text
from jointlab.agreements.text.library import starting_clauses
from jointlab.agreements.text.termination import USUAL_DAYS
from jointlab.common.errors import NotNow, Refusal
from jointlab.history.services import record
from jointlab.parties.models import Kind as OrganisationKind
from jointlab.parties.models import Membership, Organisation, Partnership, Person, Role
from jointlab.parties.queries import sides_of

# What a party is called in the text, by what it is.
# What a draft's code is drawn from until it has a number: letters that nobody takes for others.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
CAPACITIES: dict[str, dict[str, str]] = {
    OrganisationKind.UNIVERSITY: {"en": "the University", "zh-hans": "校方", "ko": "대학"},
    OrganisationKind.ENTERPRISE: {"en": "the Company", "zh-hans": "企业方", "ko": "기업"},
    OrganisationKind.INSTITUTE: {"en": "the Institute", "zh-hans": "研究所", "ko": "연구소"},
    OrganisationKind.AUTHORITY: {"en": "the Authority", "zh-hans": "主管机关", "ko": "기관"},
}


@transaction.atomic
def draft_agreement(
    *,
    by: Person,
    partnership: Partnership,
    kind: str,
    start: date,
    end: date | None,
    names: Mapping[str, str],
    follows: Agreement | None = None,
    relation: str = "",
    notice: Mapping[str, str] | None = None,
) -> Agreement:
    """Begin an agreement; an amendment or a renewal begins as a copy of what it follows.

    Until it is sent (`sending.send_agreement`) it is the draft of the side that begins it. `notice` is
    printed on every page of its document. The first version is kept at once.
    """
    own = POLICY.require(by, "draft", partnership)
    names = names_from(names)
    if follows is None:
        text = _new(partnership, kind, start, end)
    else:
        text = _copied(by, partnership, follows, relation, start, end)
    text = replace(text, names=names, notice=dict(notice or text.notice))
    agreement = _begun(own, text, follows, relation)
    version = keep_version(agreement, own, text, "beginning")
    record(
        events.DRAFTED,
        chain=agreement.chain,
        by=by,
        agreement=agreement,
        kind=agreement.kind,
        relation=relation,
        follows=follows,
        sha256=version.sha256,
    )
    return agreement


def _begun(own: Membership, text: Text, follows: Agreement | None, relation: str) -> Agreement:
    code = "draft-" + "".join(secrets.choice(LETTERS) for _letter in range(10))
    agreement = Agreement(
        partnership=own.partnership,
        begun_by=own.organisation,
        code=code,
        draft_code=code,
        kind=text.kind,
        relation=relation,
        follows=follows,
    )
    agreement.repeat(text.terms)
    return agreement


def _new(partnership: Partnership, kind: str, start: date, end: date | None) -> Text:
    if kind not in Kind.values:
        raise Refusal(_("Choose what kind of agreement it is."))
    return Text(
        kind=str(kind),
        names={},
        parties=_parties(partnership),
        terms=Terms(start=start, end=end, termination_notice_days=USUAL_DAYS[kind]),
        clauses=starting_clauses(kind),
        signers=tuple(map(signer_of, _signatories(partnership))),
    )


def _copied(
    by: Person,
    partnership: Partnership,
    follows: Agreement,
    relation: str,
    start: date,
    end: date | None,
) -> Text:
    """Return the text that is followed, with a time of its own and nothing that was owed once."""
    if follows.partnership_id != partnership.pk or relation not in Relation.values:
        raise Refusal(_("An amendment or a renewal follows an agreement of the same partnership."))
    POLICY.require(by, "follow", follows)
    if relation == Relation.RENEWAL:
        if follows.ends_on is None:
            raise NotNow(_("An agreement without a last day is amended, not renewed."))
        start = follows.ends_on + timedelta(days=1)
    require_followable(follows, relation, start)
    text = latest_version(follows).text
    duties = tuple(duty for duty in text.duties if duty.due >= start or duty.every != "once")
    return replace(text, terms=replace(text.terms, start=start, end=end), duties=duties)


def _parties(partnership: Partnership) -> tuple[Party, ...]:
    """Return the sides, universities first; what two would be called alike, neither is called."""
    sides = sides_of(partnership)
    sides.sort(key=lambda side: side.kind != OrganisationKind.UNIVERSITY)
    kinds = [side.kind for side in sides]
    return tuple(
        Party(side.pk, side.names, CAPACITIES[side.kind] if kinds.count(side.kind) == 1 else {})
        for side in sides
    )


def _signatories(partnership: Partnership) -> list[Membership]:
    """Return the first signatory of each side, in the order of the parties."""
    rows = (
        Membership.objects.live()
        .filter(partnership=partnership, roles__contains=[Role.SIGNATORY])
        .select_related("person", "organisation")
        .order_by("since", "pk")
    )
    first: dict[Organisation, Membership] = {}
    for row in rows:
        first.setdefault(row.organisation, row)
    order = [party.organisation for party in _parties(partnership)]
    return sorted(first.values(), key=lambda row: order.index(row.organisation_id))


def signer_of(membership: Membership, *, witness: bool = False) -> Signer:
    """Return a member as they will stand in the document."""
    return Signer(
        person=membership.person_id,
        organisation=membership.organisation_id,
        names=membership.person.names,
        title=membership.titles,
        witness=witness,
    )
