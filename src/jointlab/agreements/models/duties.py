"""What an agreement in force asks of its parties: obligations, and notices before publication."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jointlab.agreements.models.agreements import Agreement
from jointlab.agreements.models.choices import Every
from jointlab.common.editing import Versioned
from jointlab.common.ids import uuid7
from jointlab.common.names import pick
from jointlab.parties.models import Organisation, Person


class Obligation(Versioned):
    """Who owes what, once or again and again; what is due when stands in its dues.

    `duty` is its id in the agreement's text. `owner` answers for it on the owing side; where
    nobody is named, or who was named has left, the side's office does.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="obligations")
    duty = models.CharField(max_length=40)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="obligations"
    )
    what_en = models.CharField(max_length=500, blank=True)
    what_zh = models.CharField(max_length=500, blank=True)
    what_ko = models.CharField(max_length=500, blank=True)
    every = models.CharField(max_length=20, choices=Every, default=Every.ONCE)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "duty"], name="agreements_obligation_once"
            ),
        ]

    @property
    def what(self) -> str:
        """What is owed, for the reader."""
        return pick({"en": self.what_en, "zh-hans": self.what_zh, "ko": self.what_ko})


class Due(models.Model):
    """One time that an obligation falls due (that day included), and how it was met."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="dues")
    # The obligation's agreement again, so that a page of 20,000 needs one index.
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="dues")
    due_on = models.DateField(_("due"))
    met_at = models.DateTimeField(null=True)
    met_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    evidence = models.CharField(_("evidence"), max_length=2000, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    returned_for = models.CharField(max_length=2000, blank=True)
    # It fell away because its agreement ended before.
    dropped = models.BooleanField(default=False)
    # The last threshold, in days before, of which its owner was told; below zero: overdue.
    noticed = models.SmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["obligation", "due_on"], name="agreements_due_once"),
            models.CheckConstraint(
                condition=Q(met_at__isnull=True) | Q(met_by__isnull=False, dropped=False),
                name="agreements_due_met_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["agreement", "due_on"], name="agreements_due_in_order"),
            models.Index(
                fields=["due_on"],
                condition=Q(met_at__isnull=True, dropped=False),
                name="agreements_due_open",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it is still to be met."""
        return self.met_at is None and not self.dropped

    @property
    def is_overdue(self) -> bool:
        """Whether its day has passed unmet."""
        return self.is_open and self.due_on < timezone.localdate()


class EvidenceFile(models.Model):
    """A file that shows that something owed was done."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    due = models.ForeignKey(Due, models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=100)
    data = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)


class Publication(models.Model):
    """Notice of a planned publication: a clock that runs as the agreement's terms say.

    Whoever says nothing until `answer_by` (inclusive) lets it appear, unless `needs_consent`; an
    objection delays it until `not_before` at the latest.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="publications")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=300)
    abstract = models.CharField(_("abstract"), max_length=4000)
    venue = models.CharField(_("where it is to appear"), max_length=300)
    given_at = models.DateTimeField(default=timezone.now)
    answer_by = models.DateField()
    cleared_at = models.DateTimeField(null=True)
    objected_at = models.DateTimeField(null=True)
    objection = models.CharField(max_length=2000, blank=True)
    not_before = models.DateField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    needs_consent = models.BooleanField(default=False)
    # Whether whoever gave the notice was told that it is free: the clock's own mark.
    told = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(objected_at__isnull=True, not_before__isnull=True)
                | Q(objected_at__isnull=False, not_before__isnull=False),
                name="agreements_publication_delayed_until",
            ),
        ]
        indexes = [
            models.Index(fields=["agreement", "-given_at"], name="agreements_publication_latest"),
        ]

    @property
    def free_on(self) -> date | None:
        """The first day on which it may appear as things stand; None: withdrawn, or not agreed to."""
        if self.withdrawn_at is not None:
            return None
        if self.cleared_at is not None:
            return timezone.localdate(self.cleared_at)
        if self.needs_consent:
            return None
        return self.not_before or self.answer_by + timedelta(days=1)

    @property
    def waits(self) -> bool:
        """Whether the other side may still answer, for the first time."""
        answered = self.cleared_at or self.objected_at or self.withdrawn_at
        in_time = self.needs_consent or timezone.localdate() <= self.answer_by
        return answered is None and in_time

    @property
    def is_free(self) -> bool:
        """Whether it may appear today."""
        return self.free_on is not None and self.free_on <= timezone.localdate()
