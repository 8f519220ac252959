"""Agreements in whatever state a test needs, made by the services as people make them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from jointlab.agreements.models import Agreement
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.agreements.negotiation.services.approving import approve_agreement
from jointlab.agreements.negotiation.services.drafting import draft_agreement
from jointlab.agreements.negotiation.services.editing import choose_signers, edit_terms
from jointlab.agreements.negotiation.services.sending import send_agreement
from jointlab.agreements.text import Text
from tests.cast import Cast

NAMES = {
    "en": "Strategic cooperation agreement",
    "zh-hans": "战略合作协议",
    "ko": "전략적 협력 협약",
}
DIRECTIONS = (
    {"en": "Automotive electronics", "zh-hans": "汽车电子", "ko": "자동차 전장"},
    {"en": "Network communication", "zh-hans": "网络通信", "ko": "네트워크 통신"},
)


def make_agreement(cast: Cast, *, by: str = "university_office", **more: Any) -> Agreement:
    """Return a draft as its office begins it, sent to the other side at once."""
    draft = make_draft(cast, by=by, **more)
    return send_agreement(by=cast.people[by], agreement=draft, base=draft.latest)


def make_draft(
    cast: Cast, *, by: str = "university_office", start: date | None = None, **more: Any
) -> Agreement:
    """Return a draft that only its own side sees: three years from today, unless told."""
    start = start or timezone.localdate()
    given = {"kind": "strategic", "names": NAMES, "end": start + timedelta(days=3 * 365)} | more
    partnership = given.pop("partnership", cast.partnership)
    return draft_agreement(by=cast.people[by], partnership=partnership, start=start, **given)


def make_complete(
    cast: Cast,
    *,
    witnesses: tuple[str, ...] = ("dean", "division_head"),
    sent: bool = True,
    **more: Any,
) -> Agreement:
    """Return a draft that lacks nothing: both signatories, two witnesses, every term said."""
    agreement = make_agreement(cast, **more) if sent else make_draft(cast, **more)
    terms = replace(
        text_of(agreement).terms, directions=DIRECTIONS, ip_model="lambert-2", governing_law="CN"
    )
    change(cast, edit_terms, agreement, terms=terms, names=text_of(agreement).names)
    change(
        cast,
        choose_signers,
        agreement,
        signatories=[cast.vice_president.pk, cast.general_manager.pk],
        witnesses=[cast.people[name].pk for name in witnesses],
    )
    return agreement


def make_approved(cast: Cast, **more: Any) -> Agreement:
    """Return an agreement that both sides have approved; its document is still to be made."""
    agreement = make_complete(cast, **more)
    for office in (cast.university_office, cast.enterprise_office):
        approve_agreement(by=office, agreement=agreement, sha256=text_of(agreement).sha256)
    agreement.refresh_from_db()
    return agreement


def change(
    cast: Cast, edit: Any, agreement: Agreement, *, by: str = "university_office", **given: Any
) -> Any:
    """Edit the latest version, as one who has just read it."""
    agreement.refresh_from_db()
    version = edit(by=cast.people[by], agreement=agreement, base=agreement.latest, **given)
    agreement.refresh_from_db()
    return version


def text_of(agreement: Agreement) -> Text:
    """Return the latest text."""
    agreement.refresh_from_db()
    return latest_version(agreement).text
