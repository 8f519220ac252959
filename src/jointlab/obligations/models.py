"""What is owed by a side of a partnership: obligations, the times they fall due, what shows it done."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jointlab.common import days
from jointlab.common.names import pick
from jointlab.common.rows import Versioned, uuid7
from jointlab.files.models import StoredFile
from jointlab.parties.models import Organisation, Partnership, Person


class Every(models.TextChoices):
    """How often something is owed."""

    ONCE = "once", _("once")
    MONTH = "month", _("every month")
    QUARTER = "quarter", _("every quarter")
    YEAR = "year", _("every year")


class Obligation(Versioned):
    """Who owes what, once or again and again; what is due when stands in its dues.

    The subject is what asks for it: a thing of the room named by `subject_kind`, which calls the
    obligation `key`. That room keeps the days right: from `owed_from` until `owed_until` what has
    fallen due can be met, and after `ends_on` nothing falls due any more (both inclusive; None is
    indefinite). The two differ where something else has taken the subject's place: what was owed
    before is still to be done.

    `owner` answers for it on the owing side; where nobody is named, or who was named has left, the
    side's office does.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="obligations")
    subject_kind = models.CharField(max_length=40)
    subject = models.UUIDField()
    key = models.CharField(max_length=40)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="obligations"
    )
    what_en = models.CharField(max_length=500, blank=True)
    what_zh = models.CharField(max_length=500, blank=True)
    what_ko = models.CharField(max_length=500, blank=True)
    every = models.CharField(max_length=20, choices=Every, default=Every.ONCE)
    # The first time that it falls due: the others are counted in months from that day.
    first_on = models.DateField()
    owed_from = models.DateField()
    owed_until = models.DateField(null=True)
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "key"], name="obligations_obligation_once"),
        ]

    @property
    def what(self) -> str:
        """What is owed, for the reader."""
        return pick(self.words)

    @property
    def words(self) -> dict[str, str]:
        """What is owed, in every language in which it was said."""
        said = {"en": self.what_en, "zh-hans": self.what_zh, "ko": self.what_ko}
        return {language: words for language, words in said.items() if words}

    @property
    def is_over(self) -> bool:
        """Whether what was not met by now has fallen away, or never will be owed."""
        last = self.owed_until
        return last is not None and last < max(days.today(), self.owed_from)

    @property
    def is_owed(self) -> bool:
        """Whether it can be met today."""
        return self.owed_from <= days.today() and not self.is_over


class Due(models.Model):
    """One time that an obligation falls due (that day included), and how it was met."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="dues")
    # The obligation's subject again, so that a page of 20,000 needs one index.
    subject = models.UUIDField()
    due_on = models.DateField(_("due"))
    met_at = models.DateTimeField(null=True)
    met_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    # The other side's word that it was done. Silence gives none.
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    evidence = models.CharField(_("evidence"), max_length=2000, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    returned_for = models.CharField(max_length=2000, blank=True)
    # It fell away because what asked for it ended before.
    dropped = models.BooleanField(default=False)
    # The last threshold, in days before, of which its owner was told; below zero: overdue.
    noticed = models.SmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["obligation", "due_on"], name="obligations_due_once"),
            models.CheckConstraint(
                condition=Q(met_at__isnull=True) | Q(met_by__isnull=False, dropped=False),
                name="obligations_due_met_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True)
                | Q(accepted_by__isnull=False, met_at__isnull=False),
                name="obligations_due_accepted_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "due_on"], name="obligations_due_in_order"),
            models.Index(
                fields=["due_on"],
                condition=Q(met_at__isnull=True, dropped=False),
                name="obligations_due_open",
            ),
            models.Index(
                fields=["met_at"],
                condition=Q(met_at__isnull=False, accepted_at__isnull=True),
                name="obligations_due_reported",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it is still to be met."""
        return self.met_at is None and not self.dropped

    @property
    def is_reported(self) -> bool:
        """Whether it was reported as done, and the other side has not said anything to that."""
        return self.met_at is not None and self.accepted_at is None


class EvidenceFile(models.Model):
    """A file that shows that something owed was done."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    due = models.ForeignKey(Due, models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=100)
    stored = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
