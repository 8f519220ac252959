"""Who gets what from an agreement's own page, and from what its two sides do with it."""

from __future__ import annotations

from typing import Any

from jointlab.agreements.models import Agreement, State
from tests.agreements.make import make_agreement, make_approved, make_draft
from tests.agreements.sign import make_signed
from tests.cast import INSIDERS, OTHER, OWN, Cast
from tests.matrix import Row

OFFICES = ("university_office", "enterprise_office")
APPROVERS = (*OFFICES, "vice_president", "general_manager")
READERS = (*APPROVERS, "dean", "division_head", "auditor", "enterprise_auditor")
# Who reads a draft that the university has not sent, its office first.
OWN_SIDE = ("university_office", "vice_president", "dean", "auditor")
NO_OFFICE = tuple(name for name in INSIDERS if name not in OFFICES)
NO_APPROVER = tuple(name for name in READERS if name not in APPROVERS)
READERS_ALONE = tuple(name for name in READERS if name not in OFFICES)
BOUND = tuple(name for name in INSIDERS if name != "student")
BOUND_ALONE = tuple(name for name in BOUND if name not in OFFICES)


def own(_: Cast) -> dict[str, Any]:
    return {"code": OWN}


def foreign(_: Cast) -> dict[str, Any]:
    return {"code": OTHER}


def private(cast: Cast) -> dict[str, Any]:
    """A draft of the university alone, the same for all who ask."""
    found = Agreement.objects.filter(partnership=cast.partnership, sent_at=None).first()
    return {"code": (found or make_draft(cast)).code}


def draft(cast: Cast) -> dict[str, Any]:
    """A draft that both sides know, the same for all who ask."""
    drafts = Agreement.objects.filter(partnership=cast.partnership, state=State.DRAFT)
    found = drafts.exclude(sent_at=None).first()
    return {"code": (found or make_agreement(cast)).code}


def approved(cast: Cast) -> dict[str, Any]:
    """One that both sides have approved."""
    found = Agreement.objects.filter(partnership=cast.partnership, state=State.APPROVED).first()
    return {"code": (found or make_approved(cast)).code}


def signed(cast: Cast) -> dict[str, Any]:
    """One in force."""
    found = Agreement.objects.filter(partnership=cast.partnership, state=State.SIGNED).first()
    return {"code": (found or make_signed(cast)).code}


def other(cast: Cast) -> dict[str, Any]:
    """A draft of the other partnership."""
    found = Agreement.objects.filter(partnership=cast.other_partnership).first()
    if found is None:
        found = make_agreement(cast, by="other_office", partnership=cast.other_partnership)
    return {"code": found.code}


ROWS = [
    Row("agreements:agreement", READERS, own=draft, foreign=other),
    Row("agreements:agreement", BOUND, own=signed, foreign=other),
    Row("agreements:agreement", OWN_SIDE, own=private),
    Row("agreements:versions", OWN_SIDE, own=private),
    Row("agreements:comments", OWN_SIDE, own=private),
    Row("agreements:edit-terms", OWN_SIDE[:1], OWN_SIDE[1:], own=private),
    Row("agreements:withdraw", OWN_SIDE[:1], OWN_SIDE[1:], own=private),
    *(
        Row("agreements:send", OWN_SIDE[:1], OWN_SIDE[1:], own=private, foreign=other, data=data)
        for data in (None, {})
    ),
    *(
        Row(f"agreements:{page}", readers, own=which, foreign=other)
        for page in ("draft-pdf", "draft-docx")
        for which, readers in ((private, OWN_SIDE), (draft, READERS))
    ),
    *(
        Row("agreements:draft", OFFICES, NO_OFFICE, own=own, foreign=foreign, data=data)
        for data in (None, {})
    ),
    *(
        Row("agreements:approve", APPROVERS, NO_APPROVER, own=draft, foreign=other, data=data)
        for data in (None, {})
    ),
    Row("agreements:unapprove", APPROVERS, NO_APPROVER, own=draft, foreign=other),
    *(
        Row(f"agreements:{page}", OFFICES, READERS_ALONE, own=state, foreign=other, data=data)
        for page, state in (("withdraw", draft), ("reopen", approved))
        for data in (None, {})
    ),
    *(
        Row(f"agreements:{page}", OFFICES, BOUND_ALONE, own=signed, foreign=other, data=data)
        for page in ("amend", "renew")
        for data in (None, {})
    ),
]
