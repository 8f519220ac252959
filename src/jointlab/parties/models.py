"""Organisations, units, people, partnerships, memberships, invitations."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jointlab.common.editing import Versioned
from jointlab.common.ids import uuid7
from jointlab.common.names import Named, NamedInOwnScript, pick


class Kind(models.TextChoices):
    """What an organisation is."""

    UNIVERSITY = "university", _("university")
    ENTERPRISE = "enterprise", _("enterprise")
    INSTITUTE = "institute", _("research institute")
    AUTHORITY = "authority", _("public authority")


class UnitKind(models.TextChoices):
    """What a unit of an organisation is."""

    SCHOOL = "school", _("school")
    OFFICE = "office", _("office")
    DIVISION = "division", _("division")
    DEPARTMENT = "department", _("department")
    CENTRE = "centre", _("centre")


class Role(models.TextChoices):
    """What a person is in a partnership; the rooms' access tables say what each may do."""

    SIGNATORY = "signatory", _("signatory")
    OFFICE = "office", _("partnership office")
    HEAD = "head", _("head of a school or division")
    ENGINEER = "engineer", _("engineer")
    RESEARCHER = "researcher", _("researcher")
    HR = "hr", _("human resources")
    STUDENT = "student", _("student")
    AUDITOR = "auditor", _("auditor")


class Phase(models.TextChoices):
    """Where a partnership stands."""

    PREPARING = "preparing", _("in preparation")
    IN_FORCE = "in force", _("in force")
    ENDED = "ended", _("ended")


class Organisation(NamedInOwnScript, Versioned):
    """A university, an enterprise or the like; its own history's chain carries its id."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    ror = models.CharField(_("ROR id"), max_length=9, null=True, blank=True, unique=True)
    credit_code = models.CharField(
        _("unified social credit code"), max_length=18, null=True, blank=True, unique=True
    )
    country = models.CharField(_("country"), max_length=2, blank=True)
    website = models.URLField(_("website"), blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values), name="parties_organisation_kind"
            ),
            models.CheckConstraint(condition=~Q(name_own=""), name="parties_organisation_is_named"),
        ]


class Unit(Named, Versioned):
    """A school, office, division or department: a tree inside one organisation."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="units")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                F("organisation"), Lower("name_en"), name="parties_unit_named_once"
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")), name="parties_unit_not_its_own_parent"
            ),
        ]


class People(BaseUserManager["Person"]):
    """Finds people by their address, whatever its capitals."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """Return the person of that address."""
        return self.get(email__iexact=username)


class Person(AbstractBaseUser, NamedInOwnScript, Versioned):
    """Somebody who acts. Without an address there is no sign-in."""

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail address"), null=True, blank=True, unique=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=50, blank=True)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(
        default=False, help_text=_("runs this instance: sets up organisations and partnerships")
    )
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = People()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="parties_person_one_address"),
            models.CheckConstraint(condition=~Q(name_own=""), name="parties_person_is_named"),
        ]


class Partnership(Named, Versioned):
    """Two or more organisations that cooperate; everything else hangs on one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(_("code"), max_length=30, unique=True)
    organisations: models.ManyToManyField[Organisation, Side] = models.ManyToManyField(
        Organisation, through="Side", related_name="partnerships"
    )
    in_force_since = models.DateField(_("in force since"), null=True, blank=True)
    in_force_until = models.DateField(_("in force until"), null=True, blank=True)
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
    def phase(self) -> Phase:
        """Where it stands today: an agreement in force carries it, and ends it the day after."""
        today = timezone.localdate()
        if self.in_force_since is None or today < self.in_force_since:
            return Phase.PREPARING
        if self.in_force_until is not None and self.in_force_until < today:
            return Phase.ENDED
        return Phase.IN_FORCE


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


class Memberships(models.QuerySet["Membership"]):
    """Memberships by whether they give rights."""

    def live(self) -> Self:
        """Keep those that give rights today: begun, not run out, not ended."""
        today = timezone.localdate()
        return self.filter(
            Q(until__isnull=True) | Q(until__gte=today), since__lte=today, ended_at__isnull=True
        )


class Membership(models.Model):
    """A person's place on one side of a partnership, with roles, since and until (inclusive).

    An act of ending sets `ended_at` and its rights are gone at once; a planned `until` lets them
    run out at the end of that day.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    title_en = models.CharField(_("title in English"), max_length=100)
    title_zh = models.CharField(_("title in Chinese"), max_length=100, blank=True)
    title_ko = models.CharField(_("title in Korean"), max_length=100, blank=True)
    roles = ArrayField(models.CharField(max_length=20, choices=Role))
    since = models.DateField(_("since"), default=timezone.localdate)
    until = models.DateField(_("until"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = Memberships.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="parties_membership_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(roles__len__gt=0, roles__contained_by=Role.values),
                name="parties_membership_has_roles",
            ),
            models.UniqueConstraint(
                fields=["partnership", "person"],
                condition=Q(until__isnull=True, ended_at__isnull=True),
                name="parties_one_open_membership",
            ),
        ]
        indexes = [models.Index(fields=["person", "ended_at"], name="parties_membership_live")]

    @property
    def title(self) -> str:
        """The title for the reader."""
        return pick(self.titles)

    @property
    def titles(self) -> dict[str, str]:
        """The title in every language that it has."""
        texts = {"en": self.title_en, "zh-hans": self.title_zh, "ko": self.title_ko}
        return {language: text for language, text in texts.items() if text}

    @property
    def is_live(self) -> bool:
        """Whether it gives rights today."""
        return self.ended_at is None and self.covers(timezone.localdate())

    def covers(self, day: date) -> bool:
        """Whether the day lies between since and until."""
        return self.since <= day and (self.until is None or day <= self.until)


class Invitation(models.Model):
    """An offer of membership, sent to one address, good once and for a while.

    Only the token's SHA-256 is kept: who reads the table cannot accept anything.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="invitations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True)
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=10, default="en")
    title_en = models.CharField(_("title in English"), max_length=100)
    title_zh = models.CharField(_("title in Chinese"), max_length=100, blank=True)
    title_ko = models.CharField(_("title in Korean"), max_length=100, blank=True)
    roles = ArrayField(models.CharField(max_length=20, choices=Role))
    until = models.DateField(_("member until"), null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                F("partnership"),
                Lower("email"),
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="parties_one_open_invitation",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it can still be accepted."""
        settled = self.accepted_at or self.withdrawn_at
        return not settled and timezone.now() < self.expires_at
