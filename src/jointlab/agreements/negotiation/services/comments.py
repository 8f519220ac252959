"""Comments on a text under negotiation, for both sides or for one's own."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.agreements import events, letters
from jointlab.agreements.access import POLICY
from jointlab.agreements.models import Agreement, Comment, Reply
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.agreements.rules import why_not_negotiated
from jointlab.common.errors import NotNow, NotVisible, Refusal
from jointlab.common.events import Event
from jointlab.common.letters import send
from jointlab.common.names import reason_from, tidy_lines
from jointlab.common.rows import lock
from jointlab.history.services import record
from jointlab.parties.models import Person

LONGEST = 4000


@transaction.atomic
def comment(
    *, by: Person, agreement: Agreement, text: str, clause: str = "", own_side: bool = False
) -> Comment:
    """Say something about the text or one of its clauses; of a draft not sent, to one's side alone."""
    agreement = lock(agreement)
    own = POLICY.require(by, "comment", agreement)
    if refusal := why_not_negotiated(own, agreement):
        raise refusal
    text = _text_from(text)
    if clause and clause not in {each.id for each in latest_version(agreement).text.clauses}:
        raise NotNow(_("That clause is not in the text any more."))
    row = Comment.objects.create(
        agreement=agreement,
        version=agreement.latest,
        clause=clause,
        by=by,
        organisation=own.organisation,
        own_side=own_side or not agreement.is_sent,
        text=text,
    )
    _record(events.COMMENTED, by, row)
    send(letters.COMMENTED, row, by=by)
    return row


@transaction.atomic
def answer_comment(*, by: Person, comment: Comment, text: str) -> Reply:
    """Answer a comment that is open; whoever reads the one reads the other."""
    agreement = lock(comment.agreement)
    own = POLICY.require(by, "comment", agreement)
    if refusal := why_not_negotiated(own, agreement):
        raise refusal
    row = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    row.agreement = agreement
    if row.own_side and row.organisation_id != own.organisation_id:
        raise NotVisible
    if row.settled_at is not None:
        raise NotNow(_("This comment is resolved already."))
    reply = Reply.objects.create(
        comment=row, by=by, organisation=own.organisation, text=_text_from(text)
    )
    send(letters.ANSWERED, reply, by=by)
    _record(events.COMMENT_ANSWERED, by, row)
    return reply


@transaction.atomic
def settle_comment(*, by: Person, comment: Comment) -> Comment:
    """Say, for the side that wrote it, that a comment is settled."""
    row = _lock(by, comment)
    _close(row, by)
    _record(events.COMMENT_SETTLED, by, row)
    return row


@transaction.atomic
def set_comment_aside(*, by: Person, comment: Comment, reason: str) -> Comment:
    """Give a comment up, for the side that wrote it: it was not followed, and hinders nobody more."""
    row = _lock(by, comment)
    row.set_aside = reason_from(reason)
    _close(row, by)
    # The chain of a side tells no word of what it says to itself.
    _record(
        events.COMMENT_SET_ASIDE, by, row, **({} if row.own_side else {"reason": row.set_aside})
    )
    return row


def _lock(by: Person, comment: Comment) -> Comment:
    """Return an open comment that this person may settle or set aside, and hold it."""
    own = POLICY.require(by, "comment", comment.agreement)
    row = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    if row.own_side and row.organisation_id != own.organisation_id:
        raise NotVisible
    if refusal := POLICY.why_not("settle", own, row):
        raise refusal
    if row.settled_at is not None:
        raise NotNow(_("This comment is resolved already."))
    return row


def _close(row: Comment, by: Person) -> None:
    row.settled_at, row.settled_by = timezone.now(), by
    row.save(update_fields=["settled_at", "settled_by", "set_aside"])


def _text_from(text: str) -> str:
    """Return what somebody says as it is kept; Refusal for nothing, and for too much."""
    text = tidy_lines(text)
    if not text:
        raise Refusal(_("Enter your comment."))
    if len(text) > LONGEST:
        raise Refusal(_("A text is longer than %(most)s characters.") % {"most": LONGEST})
    return text


def _record(event: Event, by: Person, comment: Comment, **facts: str) -> None:
    """Record it where its readers read: what a side says to itself, in that side's own chain.

    There the auditors of the side's other partnerships read, too: it is bound to this one. What is
    not sent has a chain of its own, which nobody else reads.
    """
    agreement, side = comment.agreement, comment.organisation
    if comment.own_side and agreement.is_sent:
        within = str(agreement.partnership_id)
        record(event, chain=side.pk, by=by, organisation=side, within=within, **facts)
    else:
        record(event, chain=agreement.chain, by=by, agreement=agreement, **facts)
