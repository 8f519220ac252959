"""Who gets what from the pages of what is owed, here by an agreement in force."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from jointlab.obligations.models import Due, EvidenceFile
from jointlab.obligations.services.obligations import Upload, meet_obligation
from tests.agreements.in_force import dues_of
from tests.agreements.matrix_life import READERS, but, foreign_agreement, own_agreement
from tests.cast import Cast
from tests.matrix import SIGNED_IN, Row

KIND = {"kind": "agreements"}


def own(cast: Cast) -> dict[str, Any]:
    """An agreement in force, the same for all who ask."""
    return KIND | {"code": own_agreement(cast).code}


def foreign(cast: Cast) -> dict[str, Any]:
    """One of the other partnership."""
    return KIND | {"code": foreign_agreement(cast).code}


def elsewhere(cast: Cast) -> dict[str, Any]:
    """The code of an own agreement, with a room that has nobody owe anything."""
    return own(cast) | {"kind": "partnerships"}


def due(cast: Cast) -> dict[str, Any]:
    """What the university owes, and its researcher answers for."""
    return own(cast) | {"pk": dues_of(own_agreement(cast))[0].pk}


def foreign_due(cast: Cast) -> dict[str, Any]:
    """The own agreement's code with something that others owe."""
    return own(cast) | {"pk": dues_of(foreign_agreement(cast))[0].pk}


def file(cast: Cast) -> dict[str, Any]:
    """A file that shows that something was done."""
    found = EvidenceFile.objects.filter(due__subject=own_agreement(cast).pk).first()
    if found is None:
        meet_obligation(
            by=cast.university_office,
            due=dues_of(own_agreement(cast))[1],
            evidence="",
            uploads=[Upload("report.pdf", "application/pdf", b"%PDF-1.7")],
        )
        found = EvidenceFile.objects.get(due__subject=own_agreement(cast).pk)
    return {"pk": found.pk}


def reported(cast: Cast) -> dict[str, Any]:
    """What the university has reported as done, each time anew: whoever may accepts it."""
    one = dues_of(own_agreement(cast))[0]
    if one.is_open:
        meet_obligation(by=cast.university_office, due=one, evidence="Sent.")
    Due.objects.filter(pk=one.pk).update(accepted_at=None, accepted_by=None)
    return own(cast) | {"pk": one.pk}


def foreign_file(cast: Cast) -> dict[str, Any]:
    """One of others."""
    met = dues_of(foreign_agreement(cast))[0]
    if met.is_open:
        uploads = [Upload("a.txt", "text/plain", b"secret")]
        meet_obligation(by=cast.other_office, due=met, evidence="", uploads=uploads)
    return {"pk": EvidenceFile.objects.get(due=met).pk}


def nothing(cast: Cast) -> dict[str, Any]:
    """Something due that there is not."""
    return own(cast) | {"pk": uuid4()}


OWED = {"own": due, "foreign": foreign_due}
ROWS = [
    Row("obligations:all-obligations", SIGNED_IN),
    Row("obligations:obligations", READERS, own=own, foreign=foreign),
    Row("obligations:due", READERS, **OWED),
    Row("obligations:due", (), own=nothing),
    Row("obligations:obligations", (), own=elsewhere),
    *(
        Row(
            "obligations:meet-obligation",
            ("university_office", "researcher"),
            but("university_office", "researcher"),
            **OWED,
            data=data,
        )
        for data in (None, {})
    ),
    *(
        Row(
            "obligations:return-obligation",
            ("enterprise_office",),
            but("enterprise_office"),
            **OWED,
            data=data,
        )
        for data in (None, {})
    ),
    Row(
        "obligations:accept-obligation",
        ("enterprise_office",),
        but("enterprise_office"),
        own=reported,
        foreign=foreign_due,
        data={},
        status=302,
    ),
    *(
        Row(
            "obligations:assign-obligation",
            ("university_office",),
            but("university_office"),
            **OWED,
            data=data,
        )
        for data in (None, {})
    ),
    Row("obligations:evidence", READERS, own=file, foreign=foreign_file),
]
