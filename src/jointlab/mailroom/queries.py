"""What somebody chose, and what failed, as pages show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Min
from django.db.models.aggregates import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from jointlab.common.jobs import LETTER_ATTEMPTS
from jointlab.common.letters import JOB, Kind, Pace, all_kinds, all_letters
from jointlab.common.names import Text
from jointlab.common.rooms import Waiting
from jointlab.mailroom.access import failed_for, failures_visible_to
from jointlab.mailroom.models import Choice, Failure
from jointlab.mailroom.posting.addresses import SERVICES
from jointlab.parties.access import POLICY
from jointlab.parties.models import Membership, Person
from jointlab.parties.policy import Reader

# What failed, where it is no letter of a room.
CALLED: dict[str, Text] = {
    "parties.send_invitation": _("Invitation"),
    "parties.send_password_reset": _("Link to set a new password"),
    "parties.send_account_notice": _("Notice about signing in"),
    "mailroom.write_digest": _("The day's e-mail"),
    "mailroom.ring": _("Message to another service"),
}

# Beside the names of makes, which are the same in any language.
SERVICES_CALLED: dict[str, Text] = {**SERVICES, "mailtos": _("Mail gateway")}


def pace_of(person: Person, kind: Kind) -> Pace:
    """Return when the person wants letters of that kind."""
    row = Choice.objects.filter(person=person, kind=kind.code).first()
    return Pace(row.pace) if row else kind.pace


def paces_of(person: Person) -> dict[Kind, Pace]:
    """Return when the person wants letters of each kind."""
    chosen = dict(Choice.objects.filter(person=person).values_list("kind", "pace"))
    return {kind: Pace(chosen.get(kind.code, kind.pace)) for kind in all_kinds()}


@dataclass(frozen=True)
class Failed:
    """A letter that failed, as a page shows it."""

    row: Failure
    what: Text
    given_up: bool


def failures_shown_to(user: Reader) -> list[Failed]:
    """Return what failed of the reader's, the latest first."""
    return [
        Failed(row, _what(row), row.attempts > LETTER_ATTEMPTS)
        for row in failures_visible_to(user).order_by("-last_at")
    ]


def _what(row: Failure) -> Text:
    if row.job != JOB:
        return CALLED.get(row.job, row.job)
    template = row.arguments["letter"]
    kinds = (letter.kind.label for letter in all_letters() if letter.template == template)
    return next(kinds, template)


def waiting_for(own: Sequence[Membership]) -> Iterator[Waiting]:
    """Yield, for an office, that letters to its people or to those it invited have failed."""
    offices = POLICY.with_right(own, "change membership")
    if not offices:
        return
    found = Failure.objects.filter(failed_for(offices)).aggregate(
        number=Count("pk"), since=Min("first_at")
    )
    if found["number"]:
        what = ngettext(
            "%(count)s e-mail to your people could not be delivered.",
            "%(count)s e-mails to your people could not be delivered.",
            found["number"],
        )
        yield Waiting(
            since=found["since"],
            what=what % {"count": found["number"]},
            act=str(_("Look at it")),
            url=reverse("mailroom:failures"),
        )
