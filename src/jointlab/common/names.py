"""Names in three languages and in their own script."""

from __future__ import annotations

from typing import TypedDict

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LANGUAGES = ("en", "zh-hans", "ko")
COLUMN = {"en": "name_en", "zh-hans": "name_zh", "ko": "name_ko"}


class Fact(TypedDict, total=False):
    """What history keeps of a named thing: its id and its names as they were then."""

    id: str
    name: dict[str, str]


def pick(names: dict[str, str], language: str | None = None) -> str:
    """Return the name in that language (the reader's, unless told), else the next best there is."""
    wanted = language or get_language() or "en"
    for key in (wanted, "own", *LANGUAGES):
        if text := names.get(key):
            return text
    return ""


class Named(models.Model):
    """A thing with a name in each of the three languages; English at least."""

    name_en = models.CharField(_("name in English"), max_length=200)
    name_zh = models.CharField(_("name in Chinese"), max_length=200, blank=True)
    name_ko = models.CharField(_("name in Korean"), max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def names(self) -> dict[str, str]:
        """Every name that is known, by language."""
        return {
            language: text for language, column in COLUMN.items() if (text := getattr(self, column))
        }

    @property
    def name(self) -> str:
        """The name for the reader."""
        return pick(self.names)

    def as_fact(self) -> Fact:
        """Return what history keeps of it."""
        return {"id": str(self.pk), "name": self.names}


class NamedInOwnScript(Named):
    """A thing that has a name of its own, in its own script; the other names are translations."""

    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    name_own = models.CharField(_("name in its own script"), max_length=200)
    language_own = models.CharField(
        _("language of that name"), max_length=20, default="en", help_text=_("as in BCP 47")
    )

    class Meta:
        abstract = True

    @property
    def names(self) -> dict[str, str]:
        """Every name that is known, by language; `own` is the one in its own script."""
        return {**super().names, "own": self.name_own}

    def as_fact(self) -> Fact:
        """Return what history keeps of it."""
        fact = super().as_fact()
        fact["name"]["own_language"] = self.language_own
        return fact


Text = str | Promise
