"""Fields of work and skills: those of our own list, and those of lists that the world shares."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from jointlab.common.names import Named, pick
from jointlab.common.rows import Versioned, uuid7
from jointlab.taxonomy.schemes import SCHEMES, Scheme


class SkillKind(models.TextChoices):
    """What a row of the skills is."""

    SKILL = "skill", _("skill")
    KNOWLEDGE = "knowledge", _("knowledge")
    GROUP = "group", _("group of skills")


class ReuseLevel(models.TextChoices):
    """How far a skill carries, in ESCO's terms."""

    TRANSVERSAL = "transversal", _("in every kind of work")
    CROSS_SECTOR = "cross-sector", _("in several sectors")
    SECTOR = "sector-specific", _("in one sector")
    OCCUPATION = "occupation-specific", _("in one occupation")


class Listed(Named, Versioned):
    """A row of one of the lists (`taxonomy.schemes`), under that list's own code.

    Its version grows with every change of its names; `edited` says that a person made one, and
    keeps them from the next import.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scheme = models.CharField(_("list"), max_length=20)
    code = models.CharField(_("code"), max_length=80)
    edited = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True

    @property
    def listed_in(self) -> Scheme:
        """The list that it comes from."""
        return SCHEMES[self.scheme]


class Field(Listed):
    """A field of research or work, in a tree of its list."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="taxonomy_field_once"),
            models.CheckConstraint(
                condition=~Q(parent=F("id")), name="taxonomy_field_not_its_own_parent"
            ),
        ]


class Skill(Listed):
    """Something that a person can do or know; a list may place it under several broader ones."""

    kind = models.CharField(_("kind"), max_length=10, choices=SkillKind, default=SkillKind.SKILL)
    reuse_level = models.CharField(_("reach"), max_length=20, choices=ReuseLevel, blank=True)
    uri = models.URLField(_("address"), blank=True)
    description_en = models.TextField(_("description in English"), blank=True)
    description_zh = models.TextField(_("description in Chinese"), blank=True)
    description_ko = models.TextField(_("description in Korean"), blank=True)
    broader = models.ManyToManyField("self", symmetrical=False, related_name="narrower")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="taxonomy_skill_once"),
            models.CheckConstraint(
                condition=Q(kind__in=SkillKind.values), name="taxonomy_skill_kind"
            ),
        ]
        indexes = [models.Index(Lower("name_en"), "id", name="taxonomy_skill_by_name")]

    @property
    def descriptions(self) -> dict[str, str]:
        """The description in every language that it has."""
        texts = {
            "en": self.description_en,
            "zh-hans": self.description_zh,
            "ko": self.description_ko,
        }
        return {language: text for language, text in texts.items() if text}

    @property
    def description(self) -> str:
        """The description for the reader."""
        return pick(self.descriptions)

    @property
    def description_language(self) -> str:
        """The language of that description."""
        return next(
            (code for code, text in self.descriptions.items() if text == self.description), ""
        )
