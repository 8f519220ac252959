"""Who gets what from the pages of history."""

from __future__ import annotations

from typing import Any

from jointlab.history.models import Checkpoint
from jointlab.history.queries import head
from jointlab.parties.services.checkpoints import sign_checkpoint
from tests.cast import INSIDERS, OTHER, OWN, Cast
from tests.matrix import Row

READERS = tuple(name for name in INSIDERS if name != "student")
OFFICES = ("university_office", "enterprise_office")
EXPORTERS = (*OFFICES, "auditor", "enterprise_auditor")
UNIVERSITY = ("university_office", "vice_president", "dean", "researcher", "auditor")


def others(*names: str) -> tuple[str, ...]:
    return tuple(name for name in INSIDERS if name not in names)


def code(value: str, **more: Any) -> Any:
    return lambda _: {"code": value, **more}


def checkpoint(cast: Cast) -> dict[str, Any]:
    """The arguments of a checkpoint that the university has signed."""
    chain = cast.partnership.pk
    if not Checkpoint.objects.filter(chain=chain).exists():
        last = head(chain)
        assert last is not None
        sign_checkpoint(
            by=cast.university_office, partnership=cast.partnership, number=last.number, sha256=last.hash.hex()
        )  # fmt: skip
    return {"code": OWN, "number": Checkpoint.objects.get(chain=chain).number}


ROWS = [
    Row("parties:history", READERS, others(*READERS), own=code(OWN), foreign=code(OTHER)),
    Row(
        "parties:history-entry", READERS, others(*READERS),
        own=code(OWN, number=1), foreign=code(OTHER, number=1),
    ),
    Row("parties:history-export", EXPORTERS, others(*EXPORTERS), own=code(OWN), foreign=code(OTHER)),
    Row("parties:milestones", READERS, others(*READERS), own=code(OWN), foreign=code(OTHER)),
    Row(
        "parties:check-history", EXPORTERS, others(*EXPORTERS),
        own=code(OWN), foreign=code(OTHER), data={}, status=302,
    ),
    Row("parties:checkpoints", READERS, others(*READERS), own=code(OWN), foreign=code(OTHER)),
    Row(
        "parties:checkpoint-file", READERS, others(*READERS),
        own=checkpoint, foreign=lambda cast: checkpoint(cast) | {"code": OTHER},
    ),
    # An office has to sign in afresh first: the right is asked for before that.
    Row("parties:sign-checkpoint", OFFICES, others(*OFFICES), own=code(OWN), foreign=code(OTHER), status=302),
    Row(
        "parties:sign-checkpoint", OFFICES, others(*OFFICES),
        own=code(OWN), foreign=code(OTHER), status=302, data={"number": 1, "sha256": ""},
    ),
    Row(
        "parties:organisation-history", UNIVERSITY,
        own=lambda cast: {"pk": cast.university.pk},
        foreign=lambda cast: {"pk": cast.other_university.pk},
    ),
    Row(
        "parties:organisation-history-entry", UNIVERSITY,
        own=lambda cast: {"pk": cast.university.pk, "number": 1},
        foreign=lambda cast: {"pk": cast.other_university.pk, "number": 1},
    ),
]  # fmt: skip
