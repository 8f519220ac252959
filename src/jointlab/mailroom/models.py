"""What somebody chose, what is kept for the day's e-mail, what failed, where else to say it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from jointlab.common.letters import Pace
from jointlab.common.rows import uuid7
from jointlab.parties.models import Organisation, Partnership, Person


class Choice(models.Model):
    """When a person wants the letters of a kind; without a row, as the kind says."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="letter_choices")
    kind = models.CharField(max_length=40)
    pace = models.CharField(max_length=10, choices=Pace)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="mailroom_one_choice_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.pace}"


class Kept(models.Model):
    """A letter that waits for the day's e-mail: what its job was given."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="kept_letters")
    letter = models.CharField(max_length=100)
    about = models.CharField(max_length=40)
    by = models.CharField(max_length=40, null=True)
    said = models.JSONField()
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.letter


class Failure(models.Model):
    """A letter that did not go out: what its job was given, and why the last attempt failed.

    It is there from the first failure until it went out, or somebody set it aside. An invitation is
    of a side; whatever else, of a person.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    job = models.CharField(max_length=100)
    arguments = models.JSONField()
    key = models.CharField(max_length=64, unique=True)  # of these two: arguments may be long
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    partnership = models.ForeignKey(Partnership, models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    address = models.CharField(max_length=254, blank=True)
    reason = models.CharField(max_length=300)
    attempts = models.PositiveSmallIntegerField(default=0)
    first_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.job}: {self.reason}"


class Hook(models.Model):
    """An address of another service where a person is told, too; sealed, for it is a secret."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="hooks")
    service = models.CharField(max_length=20)
    sealed = models.TextField()
    added_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.service
