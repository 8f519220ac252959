"""What of signing waits for a person: their own signature, or a document that cannot be made."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from jointlab.agreements.access import memberships_giving, signatures_asked_of
from jointlab.agreements.models import Agreement, State
from jointlab.agreements.queries.signing import problem_of
from jointlab.common.waiting import Waiting
from jointlab.parties.models import Person


def waiting(user: Person) -> Iterator[Waiting]:
    """Yield each agreement that the person is asked to sign, and for offices what hinders one."""
    yield from _asked(user)
    yield from _hindered(user)


def _asked(user: Person) -> Iterator[Waiting]:
    rows = signatures_asked_of(user).filter(signed_at=None, agreement__state=State.SIGNING)
    for row in rows.select_related("agreement__partnership").order_by("asked_at", "pk"):
        what = _("You are asked to sign %(agreement)s.")
        if row.witness:
            what = _("You are asked to sign %(agreement)s as a witness.")
        yield Waiting(
            since=row.asked_at,  # type: ignore[arg-type]
            what=what % {"agreement": row.agreement.name},
            act=_("Read and sign"),
            url=reverse("agreements:signing", args=[row.agreement.code]),
            about=row.agreement.partnership.name,
        )


def _hindered(user: Person) -> Iterator[Waiting]:
    offices = memberships_giving(user, "draft").values("partnership")
    rows = Agreement.objects.filter(state=State.APPROVED, partnership__in=offices)
    rows = rows.exclude(paper_problem="").annotate(since=Max("versions__approvals__at"))
    for row in rows.select_related("partnership").order_by("since", "pk"):
        yield Waiting(
            since=row.since or row.created_at,
            what=_("The document of %(agreement)s could not be made: %(reason)s")
            % {"agreement": row.name, "reason": problem_of(row)},
            act=_("See what hinders it"),
            url=reverse("agreements:signing", args=[row.code]),
            about=row.partnership.name,
        )
