"""Who belongs to which side of a partnership, and who is invited to."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jointlab.common import days
from jointlab.common.names import pick
from jointlab.common.rows import Versioned, uuid7
from jointlab.parties.models.choices import Role
from jointlab.parties.models.organisations import Organisation, Unit
from jointlab.parties.models.partnerships import Partnership
from jointlab.parties.models.people import Person

# Who speaks for a side stands first, then those who work.
RANK = Case(
    *(
        When(roles__contains=[role], then=Value(rank))
        for rank, role in enumerate((Role.SIGNATORY, Role.OFFICE, Role.HEAD))
    ),
    default=Value(9),
)


class Memberships(models.QuerySet["Membership"]):
    """Memberships by whether they give rights."""

    def live(self, today: date | None = None) -> Self:
        """Keep those that give rights today: begun, not run out, not ended."""
        today = today or days.today()
        return self.not_over(today).filter(since__lte=today)

    def not_over(self, today: date | None = None) -> Self:
        """Keep those that give rights today or will."""
        today = today or days.today()
        return self.filter(Q(until__isnull=True) | Q(until__gte=today), ended_at__isnull=True)

    def over(self, today: date | None = None) -> Self:
        """Keep those that never will give rights again."""
        today = today or days.today()
        return self.filter(Q(until__lt=today) | Q(ended_at__isnull=False))

    def overlapping(self, since: date, until: date | None) -> Self:
        """Keep those that were not ended and share a day with that time."""
        rows = self.filter(Q(until__isnull=True) | Q(until__gte=since), ended_at__isnull=True)
        return rows if until is None else rows.filter(since__lte=until)


class Post(models.Model):
    """What somebody is on a side: a title in three languages, and roles."""

    title_en = models.CharField(_("title in English"), max_length=100)
    title_zh = models.CharField(_("title in Chinese"), max_length=100, blank=True)
    title_ko = models.CharField(_("title in Korean"), max_length=100, blank=True)
    roles = ArrayField(models.CharField(max_length=20, choices=Role))

    class Meta:
        abstract = True

    @property
    def title(self) -> str:
        """The title for the reader."""
        return pick(self.titles)

    @property
    def titles(self) -> dict[str, str]:
        """The title in every language that it has."""
        texts = {"en": self.title_en, "zh-hans": self.title_zh, "ko": self.title_ko}
        return {language: text for language, text in texts.items() if text}

    @property
    def role_labels(self) -> list[str]:
        """The roles as the reader calls them."""
        return [str(Role(role).label) for role in self.roles]


class Membership(Post, Versioned):
    """A person's place on one side of a partnership, with roles, since and until (inclusive).

    An act of ending sets `ended_at` and its rights are gone at once; a planned `until` lets them
    run out at the end of that day.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    since = models.DateField(_("since"), default=days.today)
    until = models.DateField(_("until"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, editable=False)
    rank = models.GeneratedField(
        expression=RANK, output_field=models.SmallIntegerField(), db_persist=True
    )

    objects = Memberships.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="parties_membership_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(roles__len__gt=0, roles__contained_by=Role.values),
                name="parties_membership_has_roles",
            ),
            models.UniqueConstraint(
                fields=["partnership", "person"],
                condition=Q(until__isnull=True, ended_at__isnull=True),
                name="parties_one_open_membership",
            ),
        ]
        indexes = [
            models.Index(
                fields=["partnership", "organisation", "rank", "id"],
                condition=Q(ended_at__isnull=True),
                name="parties_membership_by_side",
            ),
            models.Index(
                fields=["partnership", "rank", "id"],
                condition=Q(ended_at__isnull=True),
                name="parties_membership_in_order",
            ),
            models.Index(fields=["person", "ended_at"], name="parties_membership_live"),
        ]

    @property
    def is_live(self) -> bool:
        """Whether it gives rights today."""
        return self.ended_at is None and self.covers(days.today())

    @property
    def is_over(self) -> bool:
        """Whether it will never give rights again; one that has not begun is not over."""
        return self.ended_at is not None or (self.until is not None and self.until < days.today())

    @property
    def last_day(self) -> date | None:
        """The day on which it ended or will end."""
        if self.ended_at is not None:
            ended = days.day_of(self.ended_at)
            return min(ended, self.until) if self.until else ended
        return self.until

    def covers(self, day: date) -> bool:
        """Whether the day lies between since and until."""
        return self.since <= day and (self.until is None or day <= self.until)


class Invitation(Post):
    """An offer of membership, sent to one address, good once and for a while.

    Only the token's SHA-256 is kept: who reads the table cannot accept anything.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="invitations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True)
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=10, default="en")
    until = models.DateField(_("member until"), null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                F("partnership"),
                F("organisation"),  # a side does not learn whom the other one has invited
                Lower("email"),
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="parties_one_open_invitation",
            ),
        ]

    @property
    def standing(self) -> str:
        """Whether it is open, or why it is not: accepted, withdrawn, expired."""
        if self.accepted_at is not None:
            return "accepted"
        if self.withdrawn_at is not None:
            return "withdrawn"
        return "open" if timezone.now() < self.expires_at else "expired"

    @property
    def is_open(self) -> bool:
        """Whether it can still be accepted."""
        return self.standing == "open"

    @staticmethod
    def hash_of(token: str) -> str:
        """Return what is kept of a token."""
        return hashlib.sha256(token.encode()).hexdigest()
