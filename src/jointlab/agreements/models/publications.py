"""Notices of planned publications."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jointlab.agreements.models.agreements import Agreement
from jointlab.common import days
from jointlab.common.rows import uuid7
from jointlab.parties.models import Organisation, Partnership, Person


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
    def partnership(self) -> Partnership:
        """Whose agreement it is given under."""
        return self.agreement.partnership

    @property
    def free_on(self) -> date | None:
        """The first day on which it may appear as things stand; None: withdrawn, or not agreed to."""
        if self.withdrawn_at is not None:
            return None
        if self.cleared_at is not None:
            return days.day_of(self.cleared_at)
        if self.needs_consent:
            return None
        return self.not_before or self.answer_by + timedelta(days=1)

    @property
    def waits(self) -> bool:
        """Whether the other side may still answer, for the first time."""
        answered = self.cleared_at or self.objected_at or self.withdrawn_at
        in_time = self.needs_consent or days.today() <= self.answer_by
        return answered is None and in_time

    @property
    def is_free(self) -> bool:
        """Whether it may appear today."""
        return self.free_on is not None and self.free_on <= days.today()
