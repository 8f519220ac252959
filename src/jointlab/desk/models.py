"""What the desk keeps: until when each person has seen what happened, and who was reminded of what."""

from __future__ import annotations

from django.db import models

from jointlab.common import days
from jointlab.parties.models import Person


class Seen(models.Model):
    """Until when a person has seen what happened: they say so themselves, no visit does."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="+")
    until = models.DateTimeField()


class Reminder(models.Model):
    """Those who have a thing were reminded of it: once a day, whoever of the others does it."""

    key = models.CharField(max_length=200)  # of the thing: `Awaited.key`
    on = models.DateField(default=days.today)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "on"], name="desk_reminded_once_a_day"),
        ]
