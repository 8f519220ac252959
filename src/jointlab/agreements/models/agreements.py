"""Agreements and the versions of their text."""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jointlab.agreements.models.choices import (
    Ending,
    Kind,
    Relation,
    Renewal,
    Standing,
    State,
)
from jointlab.agreements.text import Terms, Text
from jointlab.common import days
from jointlab.common.names import Named
from jointlab.common.rows import Versioned, uuid7
from jointlab.parties.models import Organisation, Partnership, Person

# Signed, goes on by itself after its last day, and no side gave notice: no clock decides that.
GOES_ON = Q(
    state=State.SIGNED,
    goes_on_after__isnull=False,
    notice_given_at=None,
    ending="",
    closed=False,
)


class Agreement(Named, Versioned):
    """An agreement of a partnership, from the first draft to its end.

    Its text stands in its versions; names, `starts_on` and `ends_on` (inclusive; None is
    indefinite) repeat those of the latest, so that lists need not read a text. `ends_on` is moved
    when the agreement is terminated, superseded or goes on by itself.

    Until it is sent it is the draft of the side that began it. Its number is given when it is sent,
    and a code with it, so that neither tells of drafts that others have; the code that it had before
    stays good as an address.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="agreements")
    number = models.PositiveIntegerField(null=True, editable=False)
    code = models.SlugField(_("code"), max_length=40, unique=True, editable=False)
    draft_code = models.SlugField(max_length=40, unique=True, null=True, editable=False)
    begun_by = models.ForeignKey(
        Organisation, models.PROTECT, editable=False, related_name="agreements_begun"
    )
    sent_at = models.DateTimeField(null=True, editable=False)
    # The first version that every side reads: what was the latest when it was sent.
    sent_version = models.PositiveIntegerField(null=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    relation = models.CharField(max_length=20, choices=Relation, blank=True, editable=False)
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="followers"
    )
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT, editable=False)
    latest = models.PositiveIntegerField(default=0, editable=False)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True)
    # The last day that the terms name, where it goes on by itself after it; else None. The further
    # last days are counted from it, so that 29 February comes back in leap years.
    goes_on_after = models.DateField(null=True, editable=False)
    ending = models.CharField(max_length=20, choices=Ending, blank=True, editable=False)
    signed_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # Why the document of an approved text could not be made; empty while there is hope.
    paper_problem = models.TextField(blank=True, editable=False)
    # The last threshold, in days before the end, of which the sides were told.
    noticed = models.SmallIntegerField(null=True, editable=False)
    # When a party said that it does not let it go on by itself.
    notice_given_at = models.DateTimeField(null=True, editable=False)
    # Whether its end was written into the history: the clock's own mark.
    closed = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "number"], name="agreements_agreement_numbered_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values), name="agreements_agreement_kind"
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="agreements_agreement_state"
            ),
            models.CheckConstraint(
                condition=Q(relation="", follows__isnull=True)
                | Q(relation__in=Relation.values, follows__isnull=False),
                name="agreements_agreement_follows_one",
            ),
            models.CheckConstraint(
                condition=Q(state=State.SIGNED, signed_at__isnull=False)
                | (~Q(state=State.SIGNED) & Q(signed_at__isnull=True, ending="")),
                name="agreements_agreement_signed",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, sent_version__isnull=True, number__isnull=True)
                | Q(sent_at__isnull=False, sent_version__isnull=False, number__isnull=False),
                name="agreements_agreement_numbered_when_sent",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=False) | Q(state__in=[State.DRAFT, State.WITHDRAWN]),
                name="agreements_agreement_sent_before_approved",
            ),
        ]
        indexes = [
            models.Index(fields=["partnership", "-number"], name="agreements_agreement_latest"),
            models.Index(
                fields=["ends_on"], condition=Q(state="signed"), name="agreements_agreement_ending"
            ),
        ]

    @property
    def standing(self) -> Standing:
        """Where it stands today."""
        if self.state == State.DRAFT and not self.is_sent:
            return Standing.OWN
        if self.state != State.SIGNED:
            return Standing(self.state)
        today = days.today()
        if self.goes_on:
            return Standing.AWAITED if today < self.starts_on else Standing.IN_FORCE
        # What took its place on its first day, or before, leaves it no day at all.
        if self.ends_on is not None and self.ends_on < max(today, self.starts_on):
            return Standing(self.ending) if self.ending else Standing.EXPIRED
        return Standing.AWAITED if today < self.starts_on else Standing.IN_FORCE

    @property
    def goes_on(self) -> bool:
        """Whether it is signed and goes on by itself after its last day: `GOES_ON` for one row."""
        return (
            self.state == State.SIGNED
            and self.goes_on_after is not None
            and self.notice_given_at is None
            and not (self.ending or self.closed)
        )

    def repeat(self, terms: Terms) -> None:
        """Repeat the days that the terms of the latest version name."""
        self.starts_on, self.ends_on = terms.start, terms.end
        self.goes_on_after = terms.end if terms.renewal == Renewal.AUTOMATIC else None

    @property
    def is_sent(self) -> bool:
        """Whether every side knows of it."""
        return self.sent_at is not None

    @property
    def chain(self) -> UUID:
        """The chain in which what happens to it is told: one of its own until it is sent."""
        return self.partnership_id if self.is_sent else self.pk

    @property
    def is_in_force(self) -> bool:
        """Whether it binds today."""
        return self.standing is Standing.IN_FORCE


class Version(models.Model):
    """One exact text: never changed, never deleted; the database refuses both."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # What the edit was to: "terms", "parties", "clause", … as events.PARTS names it.
    part = models.CharField(max_length=20)
    # Where which languages are neither written nor confirmed since another one changed, as
    # text.in_step tells it. It is no part of the text: neither approved by its hash nor printed.
    behind = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "number"], name="agreements_version_numbered_once"
            ),
        ]

    @property
    def version(self) -> int:
        """Its number, as a form says from which version it was made."""
        return self.number

    @property
    def text(self) -> Text:
        """The text as a value."""
        return Text.from_json(self.content)


class Approval(models.Model):
    """That one side approves one exact text; another version has none of its approvals."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="approvals")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "organisation"], name="agreements_one_approval_a_side"
            ),
        ]


class Comment(models.Model):
    """A remark on the text or on one of its clauses; `own_side` keeps it from the other side."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="comments")
    version = models.PositiveIntegerField()
    clause = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    own_side = models.BooleanField(_("for my side only"), default=False)
    text = models.CharField(_("comment"), max_length=4000)
    at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    # Why it was set aside; empty where it was settled.
    set_aside = models.CharField(max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(set_aside="") | Q(settled_at__isnull=False),
                name="agreements_comment_set_aside_is_settled",
            ),
        ]
        indexes = [models.Index(fields=["agreement", "at"], name="agreements_comment_in_order")]

    @property
    def partnership(self) -> Partnership:
        """Whose agreement it is about."""
        return self.agreement.partnership


class Reply(models.Model):
    """An answer to a comment, read by whoever reads the comment; none is given to an answer."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="replies")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    text = models.CharField(_("answer"), max_length=4000)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("at", "pk")
