"""Who gets what from the pages of signing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jointlab.agreements.models import Agreement, State
from tests.agreements.make import make_agreement
from tests.agreements.sign import make_signing
from tests.cast import Cast
from tests.matrix import Row

# Who reads drafts; those of them who are not asked see the page, and cannot sign.
READERS = (
    "university_office",
    "vice_president",
    "dean",
    "auditor",
    "enterprise_office",
    "general_manager",
    "division_head",
    "enterprise_auditor",
)
ASKED = "vice_president"
LATER = ("general_manager", "dean", "division_head")
OTHERS = tuple(name for name in READERS if name != ASKED)
OFFICES = ("university_office", "enterprise_office")


@dataclass(frozen=True)
class Turn(Row):
    """A page for whose turn it is: who comes later is told so, who has no place is forbidden."""

    def expected(self, name: str) -> int | str:
        return 409 if name in LATER else super().expected(name)


def signing(cast: Cast) -> dict[str, Any]:
    """An agreement that waits for the vice president's signature, the same for all who ask."""
    found = Agreement.objects.filter(partnership=cast.partnership, state=State.SIGNING).first()
    return {"code": (found or make_signing(cast)).code}


def foreign(cast: Cast) -> dict[str, Any]:
    """One of the other partnership."""
    found = Agreement.objects.filter(partnership=cast.other_partnership).first()
    if found is None:
        found = make_agreement(cast, by="other_office", partnership=cast.other_partnership)
    return {"code": found.code}


def picture(cast: Cast) -> dict[str, Any]:
    """The first page of its document."""
    code = signing(cast)["code"]
    sha256 = Agreement.objects.get(code=code).paper.sha256
    return {"code": code, "sha256": sha256, "number": 1}


def foreign_picture(cast: Cast) -> dict[str, Any]:
    """The same page, asked for by the code of another partnership's agreement."""
    return picture(cast) | foreign(cast)


def place(cast: Cast) -> dict[str, Any]:
    """The place of the university's witness, whose turn it is not."""
    code = signing(cast)["code"]
    found = Agreement.objects.get(code=code).signatures.get(person=cast.dean)
    return {"code": code, "pk": found.pk}


def asked_place(cast: Cast) -> dict[str, Any]:
    """The place of whoever is asked, the same for all."""
    code = signing(cast)["code"]
    found = Agreement.objects.get(code=code).signatures.get(person=cast.vice_president)
    return {"code": code, "pk": found.pk}


def foreign_place(cast: Cast) -> dict[str, Any]:
    """A place of the own agreement, asked for by the code of another partnership's."""
    return place(cast) | foreign(cast)


def but(*names: str) -> tuple[str, ...]:
    return tuple(name for name in READERS if name not in names)


SIGNATORIES = ("vice_president", "general_manager")
OWN_SIDE = ("university_office", "vice_president")
ROWS = [
    Row("agreements:page-picture", READERS, own=picture, foreign=foreign_picture),
    Row(
        "agreements:remind-signer",
        (*OFFICES, *SIGNATORIES),
        but(*OFFICES, *SIGNATORIES),
        own=asked_place,
        foreign=foreign_place,
        data={},
        status=302,
    ),
    *(
        Row(
            "agreements:name-deputy",
            OWN_SIDE,
            but(*OWN_SIDE),
            own=place,
            foreign=foreign_place,
            data=data,
        )
        for data in (None, {})
    ),
    Row("agreements:signing", READERS, own=signing, foreign=foreign),
    Row("agreements:document", READERS, own=signing, foreign=foreign),
    *(
        Turn(f"agreements:{page}", (ASKED,), OTHERS, own=signing, foreign=foreign, data=data)
        for page in ("sign", "sign-elsewhere", "decline")
        for data in (None, {})
    ),
    Row(
        "agreements:make-document-again",
        OFFICES,
        tuple(name for name in READERS if name not in OFFICES),
        own=signing,
        foreign=foreign,
        data={},
        status=302,
    ),
]
