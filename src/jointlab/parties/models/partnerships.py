"""Partnerships and their sides."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jointlab.common import days
from jointlab.common.names import Named, first_available
from jointlab.common.rows import Versioned, uuid7
from jointlab.parties.models.choices import Phase
from jointlab.parties.models.organisations import Organisation

LONGEST_PURPOSE = 600  # characters: a paragraph


class Partnership(Named, Versioned):
    """Two or more organisations that cooperate; everything else hangs on one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(_("code"), max_length=30, unique=True)
    organisations: models.ManyToManyField[Organisation, Side] = models.ManyToManyField(
        Organisation, through="Side", related_name="partnerships"
    )
    purpose_en = models.CharField(_("purpose in English"), max_length=LONGEST_PURPOSE, blank=True)
    purpose_zh = models.CharField(_("purpose in Chinese"), max_length=LONGEST_PURPOSE, blank=True)
    purpose_ko = models.CharField(_("purpose in Korean"), max_length=LONGEST_PURPOSE, blank=True)
    in_force_since = models.DateField(_("in force since"), null=True, blank=True)
    in_force_until = models.DateField(_("in force until"), null=True, blank=True)
    # Whether what carries it goes on by itself after that day, which is then moved.
    goes_on = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(in_force_until__isnull=True)
                | Q(in_force_since__isnull=False, in_force_until__gte=F("in_force_since")),
                name="parties_partnership_ends_after_it_begins",
            ),
        ]

    @property
    def purpose(self) -> tuple[str, str]:
        """What the cooperation is for, with its language; both empty until somebody has said it."""
        texts = {"en": self.purpose_en, "zh-hans": self.purpose_zh, "ko": self.purpose_ko}
        return first_available(texts)

    @property
    def phase(self) -> Phase:
        """Where it stands today: an agreement carries it to its last day."""
        today = days.today()
        if self.in_force_since is None or today < self.in_force_since:
            return Phase.PREPARING
        if self.goes_on or self.in_force_until is None or today <= self.in_force_until:
            return Phase.IN_FORCE
        return Phase.ENDED

    @staticmethod
    def ended_by(today: date, path: str = "") -> Q:
        """Return the same of rows: that the partnership, found on that path, has ended by then."""
        return Q((f"{path}in_force_until__lt", today), (f"{path}goes_on", False))


class Side(models.Model):
    """An organisation's place in a partnership; the first is named first."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="sides")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="sides")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "organisation"], name="parties_side_once"
            ),
            models.UniqueConstraint(
                fields=["partnership", "position"], name="parties_side_in_order"
            ),
        ]
