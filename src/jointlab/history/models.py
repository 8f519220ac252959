"""The chain: entries that the database numbers, times and hashes, and nobody can change."""

from __future__ import annotations

import json
from typing import Any

from django.db import models

from jointlab.history.chain import Link


class Room(models.Func):
    """The room of an event: its name up to the dot."""

    function = "split_part"
    template = "%(function)s(%(expressions)s, '.', 1)"
    output_field = models.TextField()


class Entry(models.Model):
    """One act of the cooperation.

    The trigger `history_append` (migration 0001) sets number, at, previous and hash under a lock
    of the chain: what is written here for them is not looked at. The application's database role
    may insert and select, nothing else.

    chain     the id of what the history is of: a partnership, or an organisation's own affairs
    number    1, 2, 3, … in each chain, without a gap
    at        microseconds, never before the entry that precedes it
    event     dotted name, room first: parties.membership_ended
    actor     the id of the person who acted; null when time or the platform itself did
    record    canonical JSON of the facts, with names as they were then (history.chain.canonical)
    previous  hash of the entry before; 32 zero bytes for the first
    hash      SHA-256 over the lines of `history.chain.message`
    """

    chain = models.UUIDField(editable=False)
    number = models.BigIntegerField(editable=False, default=0)
    at = models.DateTimeField(editable=False, auto_now_add=True)
    event = models.CharField(max_length=100)
    actor = models.UUIDField(null=True)
    record = models.TextField()
    previous = models.BinaryField(max_length=32, editable=False, default=bytes)
    hash = models.BinaryField(max_length=32, editable=False, default=bytes)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "number"], name="history_entry_in_order"),
            # Neither a room nor a line break can be smuggled into what is hashed.
            models.CheckConstraint(
                condition=models.Q(event__regex=r"^[a-z_]+\.[a-z_]+$"), name="history_entry_event"
            ),
        ]
        indexes = [
            models.Index(
                "chain", Room("event"), models.F("number").desc(), name="history_entry_by_room"
            ),
            models.Index(fields=["chain", "event", "-number"], name="history_entry_by_event"),
            models.Index(fields=["chain", "actor", "-number"], name="history_entry_by_actor"),
            models.Index(fields=["chain", "at"], name="history_entry_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.chain}/{self.number} {self.event}"

    @property
    def link(self) -> Link:
        """The entry as it is hashed."""
        return Link(
            chain=self.chain,
            number=self.number,
            at=self.at,
            event=self.event,
            actor=self.actor,
            record=self.record,
            previous=bytes(self.previous),
            hash=bytes(self.hash),
        )

    @property
    def facts(self) -> dict[str, Any]:
        """The facts, as a dictionary."""
        facts: dict[str, Any] = json.loads(self.record)
        return facts


class Checkpoint(models.Model):
    """The head of a chain at some moment, for both sides' offices to sign."""

    chain = models.UUIDField(editable=False)
    number = models.BigIntegerField(editable=False)
    hash = models.BinaryField(max_length=32, editable=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "number"], name="history_one_checkpoint"),
        ]


class Signature(models.Model):
    """One organisation's signature under a checkpoint: a DSSE envelope over its statement."""

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="signatures")
    organisation = models.UUIDField()
    envelope = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["checkpoint", "organisation"], name="history_one_signature_a_side"
            ),
        ]
