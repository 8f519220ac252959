"""Who gets what from the pages of an agreement in force."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from jointlab.agreements.models import Agreement, EvidenceFile, Publication, State
from jointlab.agreements.services.obligations import Upload, meet_obligation
from jointlab.agreements.services.publications import give_publication_notice
from tests.agreements.in_force import day, dues_of, duty, make_foreign, make_in_force
from tests.cast import INSIDERS, Cast
from tests.matrix import SIGNED_IN, Row

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
    return {"code": _agreement(cast).code}


def foreign(cast: Cast) -> dict[str, Any]:
    """One of the other partnership."""
    return {"code": _foreign(cast).code}


def due(cast: Cast) -> dict[str, Any]:
    """What the university owes, and its researcher answers for."""
    return own(cast) | {"pk": dues_of(_agreement(cast))[0].pk}


def foreign_due(cast: Cast) -> dict[str, Any]:
    """The own agreement's code with something that others owe."""
    return own(cast) | {"pk": dues_of(_foreign(cast))[0].pk}


def file(cast: Cast) -> dict[str, Any]:
    """A file that shows that something was done."""
    found = EvidenceFile.objects.filter(due__agreement=_agreement(cast)).first()
    if found is None:
        meet_obligation(
            by=cast.university_office,
            due=dues_of(_agreement(cast))[1],
            evidence="",
            uploads=[Upload("report.pdf", "application/pdf", b"%PDF-1.7")],
        )
        found = EvidenceFile.objects.get(due__agreement=_agreement(cast))
    return {"pk": found.pk}


def foreign_file(cast: Cast) -> dict[str, Any]:
    """One of others."""
    met = dues_of(_foreign(cast))[0]
    if met.is_open:
        uploads = [Upload("a.txt", "text/plain", b"secret")]
        meet_obligation(by=cast.other_office, due=met, evidence="", uploads=uploads)
    return {"pk": EvidenceFile.objects.get(due=met).pk}


def notice(cast: Cast) -> dict[str, Any]:
    """A notice that the university's researcher gave."""
    return own(cast) | {"pk": _notice(cast, _agreement(cast), "researcher").pk}


def foreign_notice(cast: Cast) -> dict[str, Any]:
    """The own agreement's code with a notice of others."""
    return own(cast) | {"pk": _notice(cast, _foreign(cast), "other_office").pk}


def nothing(cast: Cast) -> dict[str, Any]:
    """Something due that there is not."""
    return own(cast) | {"pk": uuid4()}


def _agreement(cast: Cast) -> Agreement:
    found = _signed(cast.partnership)
    if found is not None:
        return found
    duties = [
        duty(cast.university, day(20)),
        duty(cast.university, day(40), key="car", what="A test car"),
    ]
    agreement = make_in_force(cast, duties=duties)
    agreement.obligations.filter(duty="report").update(owner=cast.researcher)
    return agreement


def _foreign(cast: Cast) -> Agreement:
    return _signed(cast.other_partnership) or make_foreign(cast)


def _signed(partnership: Any) -> Agreement | None:
    rows = Agreement.objects.filter(partnership=partnership, state=State.SIGNED)
    return rows.filter(obligations__duty="report").order_by("number").first()


def _notice(cast: Cast, agreement: Agreement, name: str) -> Publication:
    return agreement.publications.first() or give_publication_notice(
        by=cast.people[name],
        agreement=agreement,
        title="Door controllers",
        abstract="How doors are opened.",
        venue="A journal",
    )


OWED = {"own": due, "foreign": foreign_due}
NOTICED = {"own": notice, "foreign": foreign_notice}
ROWS = [
    Row("agreements:all-obligations", SIGNED_IN),
    Row("agreements:obligations", READERS, own=own, foreign=foreign),
    Row("agreements:due", READERS, **OWED),
    Row("agreements:due", (), own=nothing),
    *(
        Row(
            "agreements:meet-obligation",
            ("university_office", "researcher"),
            but("university_office", "researcher"),
            **OWED,
            data=data,
        )
        for data in (None, {})
    ),
    *(
        Row(
            "agreements:return-obligation",
            ("enterprise_office",),
            but("enterprise_office"),
            **OWED,
            data=data,
        )
        for data in (None, {})
    ),
    *(
        Row(
            "agreements:assign-obligation",
            ("university_office",),
            but("university_office"),
            **OWED,
            data=data,
        )
        for data in (None, {})
    ),
    Row("agreements:evidence", READERS, own=file, foreign=foreign_file),
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
]
