"""Publication notices: each as a line of steps, and what the reader may do with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from jointlab.agreements.access import POLICY
from jointlab.agreements.models import Agreement, Publication
from jointlab.common import days
from jointlab.common.show import Step
from jointlab.parties.policy import Reader, membership_of

PAGE = 10


@dataclass(frozen=True)
class Notice:
    """A notice, its steps, and what the reader may do with it."""

    publication: Publication
    steps: list[Step]
    clear: bool
    object: bool
    withdraw: bool


def publications_of(agreement: Agreement) -> QuerySet[Publication]:
    """Return the notices under an agreement, the latest first."""
    rows = agreement.publications.select_related("by", "organisation")
    return rows.order_by("-given_at", "-pk")


def notices(
    publications: Iterable[Publication], user: Reader, agreement: Agreement
) -> list[Notice]:
    """Return each notice under the agreement with what the person may do with it."""
    own = membership_of(user, agreement.partnership)
    return [
        Notice(
            row,
            list(_steps(row)),
            clear=POLICY.may("clear", own, row),
            object=POLICY.may("object", own, row),
            withdraw=POLICY.may("withdraw notice", own, row),
        )
        for row in publications
    ]


def _steps(row: Publication) -> Iterator[Step]:
    yield Step(_("Notice given"), "passed", days.day_of(row.given_at), row.by)
    if row.withdrawn_at is not None:
        yield Step(_("Withdrawn"), "failed", days.day_of(row.withdrawn_at))
        return
    if row.objected_at is not None:
        yield Step(_("Objected to"), "failed", days.day_of(row.objected_at))
    yield from _answer(row)
    yield Step(_("Can be published"), "passed" if row.is_free else "later", row.free_on)


def _answer(row: Publication) -> Iterator[Step]:
    if row.cleared_at is not None:
        yield Step(_("Cleared"), "passed", days.day_of(row.cleared_at))
    elif row.objected_at is None and row.needs_consent:
        yield Step(_("The other side agrees"), "waiting")
    elif row.waits:
        yield Step(_("The other side answers by"), "waiting", row.answer_by)
    elif row.objected_at is None:
        yield Step(_("Nobody objected"), "passed", row.answer_by)
