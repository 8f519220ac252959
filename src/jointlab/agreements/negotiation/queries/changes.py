"""The versions of a text, what differs between two of them, and what was said about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count as SqlCount
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jointlab.agreements.access import (
    POLICY,
    agreements_visible_to,
    comments_visible_to,
    reads_beginning,
    versions_visible_to,
)
from jointlab.agreements.events import PARTS
from jointlab.agreements.models import Agreement, Comment, State, Version
from jointlab.agreements.text import Text, wording
from jointlab.agreements.text.differences import Change, ClauseChange, Differences, compare
from jointlab.common.errors import NotVisible
from jointlab.history.access import ReadableChain
from jointlab.history.queries import TimelineEntry, latest
from jointlab.parties.policy import Reader, membership_of
from jointlab.parties.queries import page

VERSIONS_A_PAGE = 25
CLAUSES_A_PAGE = 10
COMMENTS_A_PAGE = 30
ENTRIES = 50  # of what happened before it was sent: the newest


@dataclass(frozen=True)
class VersionRow:
    """A version in the list of them."""

    version: Version
    part: str
    approved_by: list[Any]


def versions_of(user: Reader, agreement: Agreement, number: str | None) -> Page[VersionRow]:
    """Return a page of the versions that the person reads, the latest first, without their texts."""
    rows = (
        versions_visible_to(user, agreement)
        .defer("content")
        .select_related("by", "organisation")
        .prefetch_related("approvals__organisation")
        .order_by("-number")
    )
    found: Any = page(rows, number, VERSIONS_A_PAGE)
    found.object_list = [
        VersionRow(
            version,
            capfirst(str(PARTS.get(version.part) or _("first draft"))),
            [approval.organisation for approval in version.approvals.all()],
        )
        for version in found.object_list
    ]
    listed: Page[VersionRow] = found
    return listed


def first_version_of(user: Reader, agreement: Agreement) -> int:
    """Return the number of the first version that the person reads."""
    return 1 if reads_beginning(user, agreement) else agreement.sent_version or 1


def beginning_of(user: Reader, agreement: Agreement) -> list[TimelineEntry]:
    """Return what happened before it was sent, the newest first, for the side that began it."""
    if not reads_beginning(user, agreement):
        return []
    return latest(ReadableChain(agreement.pk), ENTRIES)


def version_of(user: Reader, agreement: Agreement, number: int) -> Version:
    """Return the version of that number, if the person reads it; else NotVisible."""
    rows = versions_visible_to(user, agreement).select_related("by", "organisation")
    row = rows.filter(number=number).first()
    if row is None:
        raise NotVisible
    return row


def followed(user: Reader, agreement: Agreement) -> Agreement | None:
    """Return the agreement that this one follows, if the person sees it."""
    if agreement.follows_id is None:
        return None
    return agreements_visible_to(user).filter(pk=agreement.follows_id).first()


def followed_by(user: Reader, agreement: Agreement) -> Version | None:
    """Return the last text of the agreement that this one follows, if the person sees it."""
    before = followed(user, agreement)
    return version_of(user, before, before.latest) if before else None


@dataclass(frozen=True)
class Part:
    """A part of the text that differs: the reader's language first, the others to unfold."""

    label: str
    rows: list[Change]
    others: list[Change]


@dataclass(frozen=True)
class Comparison:
    """What differs between two texts, for a page."""

    differs: bool
    parts: list[Part]
    clauses: Page[ClauseChange]


def comparison_of(old: Text, new: Text, number: str | None) -> Comparison:
    """Return what differs, a page of clauses at a time: words are compared for those alone."""
    found = compare(old, new)
    clauses = Paginator(found.clauses, CLAUSES_A_PAGE).get_page(number)
    parts = list(parts_that_differ(found)) if clauses.number == 1 else []
    return Comparison(bool(found), parts, clauses)


def parts_that_differ(found: Differences) -> Iterable[Part]:
    """Yield the parts of the text that differ, beside its clauses."""
    reader = get_language() or "en"
    for label, rows in (
        (_("Terms"), found.terms),
        (_("Parties"), found.parties),
        (_("Commitments"), found.commitments),
        (_("Obligations"), found.duties),
        (_("Who signs"), found.signers),
    ):
        if rows:
            own = [row for row in rows if row.language == reader]
            yield Part(label, own, [row for row in rows if row.language != reader])


@dataclass(frozen=True)
class CommentRow:
    """A comment, and what it is about as the text reads today."""

    comment: Comment
    about: str
    may_settle: bool


def comments_of(
    user: Reader,
    agreement: Agreement,
    text: Text,
    settled: bool,
    clause: str = "",
    number: str | None = None,
) -> Page[CommentRow]:
    """Return a page of the comments that the person sees: open or settled, all or on a clause."""
    rows = comments_visible_to(user, agreement).filter(settled_at__isnull=not settled)
    rows = rows.filter(clause=clause) if clause else rows
    rows = rows.select_related("by", "organisation", "settled_by")
    rows = rows.prefetch_related("replies__by", "replies__organisation")
    rows = rows.order_by("-settled_at" if settled else "at", "pk")
    found: Any = page(rows, number, COMMENTS_A_PAGE)
    headings, own = dict(clause_choices(text)), membership_of(user, agreement.partnership)
    found.object_list = [
        CommentRow(
            row,
            headings.get(row.clause) or _what_it_is_about(row),
            may_settle=row.settled_at is None and POLICY.may("settle", own, row),
        )
        for row in found.object_list
    ]
    listed: Page[CommentRow] = found
    return listed


def _what_it_is_about(comment: Comment) -> str:
    if not comment.clause:
        return _("the whole text")
    return _("a clause that is not in the text any more")


def clause_choices(text: Text) -> Sequence[tuple[str, str]]:
    """Return the clauses by id, each with its number and heading."""
    language = get_language() or "en"
    return [
        (clause.id, f"{number}. {wording.heading(clause, language)}")
        for number, clause in enumerate(text.clauses, 1)
    ]


@dataclass(frozen=True)
class Count:
    """How many comments the person sees."""

    open: int
    settled: int


def comment_count(user: Reader, agreement: Agreement) -> Count:
    """Return how many comments the person sees."""
    rows = comments_visible_to(user, agreement)
    is_open = Q(settled_at=None)
    found = rows.aggregate(open=SqlCount("pk", filter=is_open), settled=SqlCount("settled_at"))
    return Count(**found)


def takes_comments(agreement: Agreement, rights: Collection[str]) -> bool:
    """Return whether somebody with these rights may say something about the text now."""
    return agreement.state == State.DRAFT and "comment" in rights
