"""Laboratories, their directions, seats and rooms, and each side's word that they be unveiled."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jointlab.agreements.models import Agreement
from jointlab.common import days
from jointlab.common.names import Named, first_available
from jointlab.common.rows import Versioned, uuid7
from jointlab.parties.models import Organisation, Partnership, Person, Phase
from jointlab.taxonomy.models import Field

LONGEST_ABOUT = 1200  # characters: two paragraphs


class Standing(models.TextChoices):
    """Where a laboratory stands today."""

    PREPARING = "preparing", _("in preparation")
    OPEN = "open", _("unveiled")
    CLOSED = "closed", _("closed")


class Charge(models.TextChoices):
    """What somebody is in a laboratory."""

    DIRECTOR = "director", _("director")
    CHAIR = "chair", _("chair of the steering committee")
    MEMBER = "member", _("member of the steering committee")


class Laboratory(Named, Versioned):
    """A joint laboratory of a partnership, under an agreement in force.

    The database takes it only while a strategic agreement of its partnership is in force, and its
    unveiling only while one is, with the word of every side (migration 0001). Its version counts
    every change of what the public will read: a side confirms one version.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="laboratories")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="laboratories")
    code = models.SlugField(_("code"), max_length=40, unique=True)
    about_en = models.CharField(_("about it in English"), max_length=LONGEST_ABOUT, blank=True)
    about_zh = models.CharField(_("about it in Chinese"), max_length=LONGEST_ABOUT, blank=True)
    about_ko = models.CharField(_("about it in Korean"), max_length=LONGEST_ABOUT, blank=True)
    contact = models.EmailField(_("address to write to"), blank=True, db_default="")
    fields = models.ManyToManyField(Field, related_name="laboratories", blank=True)
    founded_on = models.DateField(default=days.today, editable=False)
    unveiled_on = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name_plural = "laboratories"
        indexes = [
            models.Index(fields=["partnership", "code"], name="laboratory_of_partnership"),
            models.Index(
                fields=["-unveiled_on"],
                condition=Q(unveiled_on__isnull=False),
                name="laboratory_unveiled",
            ),
        ]

    @property
    def about(self) -> tuple[str, str]:
        """What it is, with the language of the words; both empty until somebody has said it."""
        return first_available({"en": self.about_en, "zh-hans": self.about_zh, "ko": self.about_ko})

    @property
    def standing(self) -> Standing:
        """Where it stands today: what was unveiled is closed when its partnership has ended."""
        if self.unveiled_on is None:
            return Standing.PREPARING
        ended = self.partnership.phase is Phase.ENDED
        return Standing.CLOSED if ended else Standing.OPEN

    @property
    def field_ids(self) -> list[str]:
        """The ids of its fields, as a form has them."""
        return [str(field.pk) for field in self.fields.all()]


class Direction(Named):
    """What the laboratory works towards, in order."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    laboratory = models.ForeignKey(Laboratory, models.CASCADE, related_name="directions")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(
                fields=["laboratory", "position"], name="laboratory_direction_in_order"
            ),
        ]


class Seat(models.Model):
    """Who leads a laboratory: a director of each side, and the steering committee."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    laboratory = models.ForeignKey(Laboratory, models.CASCADE, related_name="seats")
    person = models.ForeignKey(Person, models.PROTECT, related_name="seats")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    charge = models.CharField(_("charge"), max_length=20, choices=Charge)

    serves: bool  # on rows that `queries.whole` read: whether the person is of that side today

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(charge__in=Charge.values), name="laboratory_seat_charge"
            ),
            models.UniqueConstraint(
                fields=["laboratory", "organisation"],
                condition=Q(charge="director"),
                name="laboratory_one_director_a_side",
            ),
            models.UniqueConstraint(
                fields=["laboratory"], condition=Q(charge="chair"), name="laboratory_one_chair"
            ),
            models.UniqueConstraint(
                fields=["laboratory", "person"],
                condition=~Q(charge="director"),
                name="laboratory_one_seat_in_the_committee",
            ),
        ]

    @property
    def partnership(self) -> Partnership:
        """The laboratory's."""
        return self.laboratory.partnership


class Room(Named):
    """A room of the laboratory, at one of the sides."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    laboratory = models.ForeignKey(Laboratory, models.CASCADE, related_name="rooms")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    address = models.CharField(_("building and room"), max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["laboratory", "organisation", "address"], name="laboratory_room_once"
            ),
        ]


class Confirmation(models.Model):
    """One side's word that the laboratory, as it is in that version, be unveiled."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    laboratory = models.ForeignKey(Laboratory, models.CASCADE, related_name="confirmations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["laboratory", "organisation"], name="laboratory_one_word_a_side"
            ),
        ]
