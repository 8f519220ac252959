"""Notice of a planned publication: the agreement's own clock decides when it may appear."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.agreements import events, letters
from jointlab.agreements.access import POLICY
from jointlab.agreements.models import Agreement, Publication
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.agreements.text import Text
from jointlab.agreements.text.wording import placeholders
from jointlab.common import days
from jointlab.common.errors import NotNow
from jointlab.common.events import Event
from jointlab.common.letters import send
from jointlab.common.names import reason_from, tidy, tidy_lines
from jointlab.common.rows import check
from jointlab.history.services import record
from jointlab.parties.models import Person

BY_CONSENT = "lambert-5"  # where the results are the enterprise's own: ip.MODELS


@transaction.atomic
def give_publication_notice(
    *, by: Person, agreement: Agreement, title: str, abstract: str, venue: str
) -> Publication:
    """Tell the other side of a planned publication; it has the agreement's days to answer."""
    own = POLICY.require(by, "give notice", agreement)
    if not agreement.is_in_force:
        raise NotNow(_("This agreement is not in force today."))
    text = latest_version(agreement).text
    if not speaks_of_publications(text):
        raise NotNow(_("This agreement says nothing of publications."))
    terms, today = text.terms, days.today()
    publication = Publication(
        agreement=agreement,
        organisation=own.organisation,
        by=by,
        title=tidy(title),
        abstract=tidy_lines(abstract),
        venue=tidy(venue),
        answer_by=today + timedelta(days=terms.publication_notice_days),
        needs_consent=terms.ip_model == BY_CONSENT,
    )
    check(publication, ["title", "abstract", "venue"])
    publication.save(force_insert=True)
    send(letters.PUBLICATION, publication)
    _record(events.PUBLICATION_NOTIFIED, by, publication, answer_by=publication.answer_by)
    return publication


@transaction.atomic
def clear_publication(*, by: Person, publication: Publication) -> Publication:
    """Let it appear at once, also after an objection: the other side's office or a head."""
    publication = _locked(publication)
    POLICY.require(by, "clear", publication)
    publication.cleared_at = timezone.now()
    publication.save(update_fields=["cleared_at"])
    send(letters.PUBLICATION_ANSWER, publication)
    _record(events.PUBLICATION_CLEARED, by, publication)
    return publication


@transaction.atomic
def object_to_publication(*, by: Person, publication: Publication, reason: str) -> Publication:
    """Delay it, with a reason, as long as the agreement lets one: counted from the notice."""
    publication = _locked(publication)
    POLICY.require(by, "object", publication)
    reason = reason_from(reason)
    terms = latest_version(publication.agreement).text.terms
    given = days.day_of(publication.given_at)
    publication.objected_at, publication.objection = timezone.now(), reason
    publication.not_before = max(
        given + timedelta(days=terms.publication_delay_days),
        publication.answer_by + timedelta(days=1),
    )
    publication.save(update_fields=["objected_at", "objection", "not_before"])
    send(letters.PUBLICATION_ANSWER, publication)
    _record(events.PUBLICATION_OBJECTED, by, publication, not_before=publication.not_before)
    return publication


@transaction.atomic
def withdraw_publication(*, by: Person, publication: Publication) -> Publication:
    """Take a notice back: whoever gave it, or their side's office."""
    publication = _locked(publication)
    POLICY.require(by, "withdraw notice", publication)
    publication.withdrawn_at = timezone.now()
    publication.save(update_fields=["withdrawn_at"])
    _record(events.PUBLICATION_WITHDRAWN, by, publication)
    return publication


def speaks_of_publications(text: Text) -> bool:
    """Whether a clause of the text says how long before a publication notice is given."""
    bodies = (body for clause in text.clauses for body in clause.body.values())
    return any("publication_notice_days" in placeholders(body) for body in bodies)


def _locked(publication: Publication) -> Publication:
    rows = Publication.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("agreement__partnership").get(pk=publication.pk)


def _record(event: Event, by: Person, publication: Publication, **facts: object) -> None:
    record(
        event,
        chain=publication.agreement.partnership_id,
        by=by,
        agreement=publication.agreement,
        title=publication.title,
        **facts,
    )
