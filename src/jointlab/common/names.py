"""Names in three languages and in their own script."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, TypedDict

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jointlab.common.errors import Refusal

LANGUAGES = ("en", "zh-hans", "ko")
LONGEST_REASON = 2000
COLUMN = {"en": "name_en", "zh-hans": "name_zh", "ko": "name_ko"}

# Embeddings, overrides and isolates would turn the text around a name; marks of direction,
# joiners and variation selectors belong to scripts and emoji and stay.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff]")
# Letters by their category, and yet nothing is seen of them.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")


class Fact(TypedDict, total=False):
    """What history keeps of a named thing: its id and its names as they were then."""

    id: str
    name: dict[str, str]


def pick(names: dict[str, str], language: str | None = None) -> str:
    """Return the name in that language (by default the reader's), else in the next one that has it."""
    wanted = language or get_language() or "en"
    for key in (wanted, "own", *LANGUAGES):
        if text := names.get(key):
            return text
    return ""


def tidy(text: str) -> str:
    """Return a name as it is kept: composed, on one line, without controls.

    Raises Refusal when something was typed of which nothing can be seen.
    """
    plain = TURNING.sub("", _CONTROL.sub("", text))
    kept = unicodedata.normalize("NFC", " ".join(plain.split()))
    if text.strip() and not any(map(is_seen, kept)):
        raise Refusal(str(_("That name has no visible character.")))
    return kept


def tidy_lines(text: str) -> str:
    """Return paragraphs as they are kept: each line tidied as a name is, empty lines between."""
    return "\n".join(tidy(line) for line in text.splitlines()).strip()


def reason_from(text: str) -> str:
    """Return a reason as it is kept: tidied, on one line.

    Raises Refusal when nothing was said, or more than LONGEST_REASON characters.
    """
    reason = tidy(text)
    if not reason or len(reason) > LONGEST_REASON:
        raise Refusal(str(_("Say why, in at most %(most)s characters.")) % {"most": LONGEST_REASON})
    return reason


def is_seen(character: str) -> bool:
    """Whether a reader sees it: a letter, a digit, a sign; not a space, a mark alone or a control."""
    return character not in _BLANK and unicodedata.category(character)[0] in "LNPS"


def tidy_names(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with those that are names and titles (name_…, title_…) tidied."""
    return {
        key: tidy(value) if key.startswith(("name_", "title_")) else value
        for key, value in values.items()
    }


def first_available(texts: dict[str, str]) -> tuple[str, str]:
    """Return a language and its text: the reader's where there is one, else the next best."""
    for language in (get_language() or "en", *LANGUAGES):
        if text := texts.get(language):
            return language, text
    return "", ""


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
