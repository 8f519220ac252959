"""Notices that end an agreement."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jointlab.agreements.models.agreements import Agreement
from jointlab.common import days
from jointlab.common.rows import uuid7
from jointlab.parties.models import Organisation, Partnership, Person


class EndKind(models.TextChoices):
    """What a notice says."""

    TERMINATION = "termination", _("terminated by notice")
    NO_RENEWAL = "no renewal", _("not to go on by itself")


class EndNotice(models.Model):
    """That a side ends an agreement on `last_day`: it stands until it is taken back.

    `before` and `ending_before` are the last day and the ending that it moved, `fell` the amendments
    that fell with it, each with theirs: by them everything is put back. A proposal to take it back
    (`asked_back_at`) is nothing until another side has given its word (`taken_back_at`).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="end_notices")
    kind = models.CharField(max_length=20, choices=EndKind)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    last_day = models.DateField()
    reason = models.CharField(max_length=2000, blank=True)
    before = models.DateField(null=True)
    ending_before = models.CharField(max_length=20, blank=True)
    fell = models.JSONField(default=list)
    noted_at = models.DateTimeField(null=True)
    noted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    asked_back_at = models.DateTimeField(null=True)
    asked_back_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    asked_back_why = models.CharField(max_length=2000, blank=True)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=EndKind.values), name="agreements_end_notice_kind"
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True) | Q(asked_back_at__isnull=False),
                name="agreements_end_notice_asked_back_first",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agreement", "-at"],
                condition=Q(taken_back_at__isnull=True),
                name="agreements_end_notice_standing",
            )
        ]

    @property
    def partnership(self) -> Partnership:
        """Whose agreement ends."""
        return self.agreement.partnership

    @property
    def is_open(self) -> bool:
        """Whether it stands, and its day has not passed."""
        return self.taken_back_at is None and days.today() <= self.last_day
