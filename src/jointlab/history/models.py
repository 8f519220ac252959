"""The chain: entries that the database numbers, times and hashes, and nobody can change.

Beside it the details: names and texts, which can be erased and not changed.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jointlab.history import details
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
    record    canonical JSON of the facts, with commitments in the place of names and texts
              (history.details); in entries that are older than these, with names as they were then
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
            details=self.details_text,
        )

    @property
    def facts(self) -> dict[str, Any]:
        """The facts, with names as they were then; of what was erased, that it was, for the reader."""
        return details.join_details(self.record, self.details_text, _word_for_erased)

    @property
    def details_text(self) -> str:
        """The details, as JSON; a query of its own, unless they were fetched with the entry."""
        # An entry that is older than the details has none.
        return self.details.text if hasattr(self, "details") else ""


def _word_for_erased(pointer: str) -> Any:
    """Return what is told in the place of a detail; a name is a dictionary of names."""
    word = _("erased")
    return {get_language() or "en": word} if pointer.endswith("/name") else word


class Details(models.Model):
    """What an entry tells that can be erased: names and texts, with the salts of their commitments.

    The application's role may insert, select, and update the text; the trigger
    `history_details_lose` lets nothing through but a detail that becomes null. No constraint leads
    to the entry: it is never deleted, and a check of it for each would cost as much as the row.
    """

    entry = models.OneToOneField(
        Entry, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="details"
    )
    text = models.TextField()

    def __str__(self) -> str:
        return f"details of entry {self.pk}"


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


class Check(models.Model):
    """What came out when the whole chain was last examined: how far, and what does not fit."""

    chain = models.UUIDField(primary_key=True, editable=False)
    entries = models.BigIntegerField()
    fault = models.TextField(blank=True)
    at = models.DateTimeField()

    @property
    def is_whole(self) -> bool:
        """Whether every entry up to there fits."""
        return not self.fault


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
