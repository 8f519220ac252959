"""Who gets what from the pages of an agreement in force."""

from __future__ import annotations

from typing import Any

from jointlab.agreements.force.services.publications import give_publication_notice
from jointlab.agreements.force.services.taking_back import propose_to_take_back
from jointlab.agreements.models import Agreement, EndNotice, Publication, State
from jointlab.obligations.models import Obligation
from tests.agreements.in_force import (
    day,
    duty,
    let_end,
    make_foreign,
    make_in_force,
    obligations_of,
)
from tests.cast import INSIDERS, Cast
from tests.matrix import Row

# Everybody but students is bound; a student of the partnership is not told that it is there.
READERS = tuple(name for name in INSIDERS if name != "student")
SIGNATORIES = ("vice_president", "general_manager")
OFFICES = ("university_office", "enterprise_office")
GIVERS = (*OFFICES, "dean", "division_head", "engineer", "researcher")


def but(*names: str) -> tuple[str, ...]:
    """Return the readers but these."""
    return tuple(name for name in READERS if name not in names)


def own(cast: Cast) -> dict[str, Any]:
    """An agreement in force, the same for all who ask."""
    return {"code": own_agreement(cast).code}


def foreign(cast: Cast) -> dict[str, Any]:
    """One of the other partnership."""
    return {"code": foreign_agreement(cast).code}


def notice(cast: Cast) -> dict[str, Any]:
    """A notice that the university's researcher gave."""
    return own(cast) | {"pk": _notice(cast, own_agreement(cast), "researcher").pk}


def foreign_notice(cast: Cast) -> dict[str, Any]:
    """The own agreement's code with a notice of others."""
    return own(cast) | {"pk": _notice(cast, foreign_agreement(cast), "other_office").pk}


def own_agreement(cast: Cast) -> Agreement:
    """Return an agreement in force, made when the first asks for it."""
    found = _signed(cast.partnership)
    if found is not None:
        return found
    duties = [
        duty(cast.university, day(20)),
        duty(cast.university, day(40), key="car", what="A test car"),
    ]
    agreement = make_in_force(cast, duties=duties)
    obligations_of(agreement).filter(key="report").update(owner=cast.researcher)
    return agreement


def foreign_agreement(cast: Cast) -> Agreement:
    """Return one of the other partnership."""
    return _signed(cast.other_partnership) or make_foreign(cast)


def _signed(partnership: Any) -> Agreement | None:
    rows = Agreement.objects.filter(partnership=partnership, state=State.SIGNED).order_by("number")
    return rows.filter(pk__in=Obligation.objects.filter(key="report").values("subject")).first()


def _notice(cast: Cast, agreement: Agreement, name: str) -> Publication:
    return agreement.publications.first() or give_publication_notice(
        by=cast.people[name],
        agreement=agreement,
        title="Door controllers",
        abstract="How doors are opened.",
        venue="A journal",
    )


def end_given(cast: Cast) -> dict[str, Any]:
    """The university's notice that another agreement ends, which nobody has noted yet."""
    found = _end_given(cast, asked_back=False)
    EndNotice.objects.filter(pk=found["pk"]).update(noted_at=None, noted_by=None)
    return found


def end_asked_back(cast: Cast) -> dict[str, Any]:
    """One that the university proposes to take back."""
    return _end_given(cast, asked_back=True)


def _end_given(cast: Cast, *, asked_back: bool) -> dict[str, Any]:
    kind = "project" if asked_back else "placement"
    rows = Agreement.objects.filter(partnership=cast.partnership, kind=kind)
    agreement = rows.first() or make_in_force(
        cast, kind=kind, end=day(300), terms={"renewal": "automatic"}
    )
    notice = agreement.end_notices.first()
    if notice is None:
        let_end(cast, agreement)
        notice = agreement.end_notices.get()
        if asked_back:
            propose_to_take_back(by=cast.university_office, notice=notice, reason="A mistake.")
    return {"code": agreement.code, "pk": notice.pk}


def foreign_end(cast: Cast) -> dict[str, Any]:
    """The own notice, asked for by the code of another partnership's agreement."""
    return end_given(cast) | foreign(cast)


HERE, THERE = ("university_office", "vice_president"), ("enterprise_office", "general_manager")
ENDED = {"own": end_asked_back, "foreign": foreign_end}
NOTICED = {"own": notice, "foreign": foreign_notice}
ROWS = [
    Row("agreements:publications", READERS, own=own, foreign=foreign),
    *(
        Row("agreements:give-notice", GIVERS, but(*GIVERS), own=own, foreign=foreign, data=data)
        for data in (None, {})
    ),
    Row(
        "agreements:clear-publication",
        ("enterprise_office", "division_head"),
        but("enterprise_office", "division_head"),
        **NOTICED,
    ),
    *(
        Row(
            "agreements:object-to-publication",
            ("enterprise_office", "division_head"),
            but("enterprise_office", "division_head"),
            **NOTICED,
            data=data,
        )
        for data in (None, {})
    ),
    Row("agreements:withdraw-publication", GIVERS, but(*GIVERS), **NOTICED),
    *(
        Row(
            "agreements:terminate",
            SIGNATORIES,
            but(*SIGNATORIES),
            own=own,
            foreign=foreign,
            data=data,
        )
        for data in (None, {})
    ),
    Row(
        "agreements:let-end",
        (*SIGNATORIES, *OFFICES),
        but(*SIGNATORIES, *OFFICES),
        own=own,
        foreign=foreign,
    ),
    Row("agreements:ending", READERS, own=own, foreign=foreign),
    Row(
        "agreements:note-end",
        THERE,
        but(*THERE),
        own=end_given,
        foreign=foreign_end,
        data={},
        status=302,
    ),
    *(
        Row("agreements:ask-back", HERE, but(*HERE), own=end_given, foreign=foreign_end, data=data)
        for data in (None, {})
    ),
    *(
        Row(f"agreements:{page}", THERE, but(*THERE), **ENDED, data=data)
        for page in ("take-back", "keep-ending")
        for data in (None, {})
    ),
]
