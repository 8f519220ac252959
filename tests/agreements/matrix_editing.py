"""Who gets what from the pages of editing, of versions, of comments."""

from __future__ import annotations

from datetime import date
from typing import Any

from jointlab.agreements.models import Agreement, State
from jointlab.agreements.negotiation.services.comments import comment as say
from jointlab.agreements.negotiation.services.editing import put_commitment, put_duty
from jointlab.agreements.text import Commitment, Duty
from tests.agreements.make import change, make_agreement
from tests.agreements.sign import make_signed
from tests.cast import Cast
from tests.matrix import Arguments, Row

OFFICES = ("university_office", "enterprise_office")
NEGOTIATORS = (*OFFICES, "vice_president", "general_manager", "dean", "division_head")
AUTHORS = ("university_office", "vice_president", "dean")  # of the remark, by their side
READERS = (*NEGOTIATORS, "auditor", "enterprise_auditor")
FAR = date(2099, 1, 1)


def beside(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return those who see a draft, and may not do what `names` may."""
    return tuple(name for name in READERS if name not in names)


def drafted(cast: Cast) -> Agreement:
    """A draft with a commitment and a duty, the same for all who ask."""
    drafts = Agreement.objects.filter(partnership=cast.partnership, state=State.DRAFT).exclude(
        sent_at=None
    )
    found = drafts.filter(versions__part="duties").first()
    if found is not None:
        return found
    agreement = make_agreement(cast)
    side = cast.university.pk
    commitment, duty = Commitment("bench", side, {"en": "Bench"}), Duty("report", side, {}, FAR)
    change(cast, put_commitment, agreement, commitment=commitment)
    change(cast, put_duty, agreement, duty=duty)
    return agreement


def elsewhere(cast: Cast) -> Agreement:
    """A draft of the other partnership."""
    found = Agreement.objects.filter(partnership=cast.other_partnership).first()
    return found or make_agreement(cast, by="other_office", partnership=cast.other_partnership)


def own(**more: Any) -> Arguments:
    return lambda cast: {"code": drafted(cast).code, **more}


def foreign(**more: Any) -> Arguments:
    return lambda cast: {"code": elsewhere(cast).code, **more}


def remark(cast: Cast) -> dict[str, Any]:
    """A comment of the own draft that is open, a new one for each who settles it."""
    row = say(by=cast.dean, agreement=drafted(cast), text="Too short.")
    return {"code": row.agreement.code, "pk": row.pk}


def stray_remark(cast: Cast) -> dict[str, Any]:
    """The own draft's code with a comment on a foreign one."""
    row = say(by=cast.other_office, agreement=elsewhere(cast), text="Too long.")
    return {"code": drafted(cast).code, "pk": row.pk}


def edited(page: str, *, both: bool = True, **more: Any) -> list[Row]:
    """Return the rows of a page on which an office edits: asked for, and sent empty."""
    given = {"own": own(**more), "foreign": foreign(**more)}
    rows = [Row(f"agreements:{page}", OFFICES, beside(OFFICES), **given)]
    if both:
        rows.append(Row(f"agreements:{page}", OFFICES, beside(OFFICES), **given, data={}))
    return rows


def amendment(cast: Cast) -> dict[str, Any]:
    """A draft that amends a signed agreement."""
    found = Agreement.objects.filter(partnership=cast.partnership, relation="amendment").first()
    if found is None:
        signed = make_signed(cast)
        found = make_agreement(
            cast,
            start=signed.starts_on,
            end=signed.ends_on,
            follows=signed,
            relation="amendment",
        )
    return {"code": found.code}


ROWS = [
    *edited("edit-terms"),
    *edited("edit-parties"),
    *edited("edit-signers"),
    *edited("edit-clauses", both=False),
    *edited("add-clause"),
    *edited("import"),
    *edited("edit-clause", clause="purpose"),
    *edited("drop-clause", clause="purpose"),
    Row(
        "agreements:move-clause",
        OFFICES,
        beside(OFFICES),
        own=own(clause="purpose"),
        foreign=foreign(clause="purpose"),
        data={},
        status=302,
    ),
    *edited("edit-commitments", both=False),
    *edited("add-commitment"),
    *edited("edit-commitment", row="bench"),
    *edited("drop-commitment", row="bench"),
    *edited("edit-duties", both=False),
    *edited("add-duty"),
    *edited("edit-duty", row="report"),
    *edited("drop-duty", row="report"),
    Row("agreements:versions", READERS, own=own(), foreign=foreign()),
    Row("agreements:version", READERS, own=own(number=1), foreign=foreign(number=1)),
    Row("agreements:version", (), own=own(number=99)),
    Row("agreements:compare", READERS, own=own(), foreign=foreign()),
    Row("agreements:since-followed", READERS, own=amendment, foreign=own()),
    Row("agreements:comments", READERS, own=own(), foreign=foreign()),
    Row(
        "agreements:comments",
        NEGOTIATORS,
        beside(NEGOTIATORS),
        own=own(),
        foreign=foreign(),
        data={},
    ),
    *(
        Row(
            "agreements:answer-comment",
            NEGOTIATORS,
            beside(NEGOTIATORS),
            own=remark,
            foreign=stray_remark,
            data=data,
        )
        for data in (None, {})
    ),
    Row(
        "agreements:settle-comment",
        AUTHORS,
        beside(AUTHORS),
        own=remark,
        foreign=stray_remark,
        data={},
        status=302,
    ),
    *(
        Row(
            "agreements:set-comment-aside",
            AUTHORS,
            beside(AUTHORS),
            own=remark,
            foreign=stray_remark,
            data=data,
        )
        for data in (None, {})
    ),
]
