"""What the forms of a text share: they edit one part of a version, in three languages.

A form is made of the latest version, and carries the number of the one that its page showed. When
somebody else changed the same part meanwhile, `compared` gives what they saved beside what was
typed, and saving again is a decision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from jointlab.agreements.models import Version
from jointlab.agreements.text import Text
from jointlab.agreements.text.in_step import languages_behind
from jointlab.agreements.text.marked import Piece, marked
from jointlab.agreements.text.phrases import language_name
from jointlab.common.names import Text as Words
from jointlab.common.service_form import ServiceForm, shown

# Language → how the names of fields end.
ENDS: Mapping[str, str] = {"en": "en", "zh-hans": "zh", "ko": "ko"}
LANG = {"en": "en", "zh-hans": "zh-Hans", "ko": "ko"}


@dataclass(frozen=True)
class Group:
    """Fields that stand side by side where there is room: mostly one thing in three languages."""

    legend: Words
    fields: list[BoundField]


@dataclass(frozen=True)
class Compared:
    """A field that somebody else has now otherwise, in pieces of both wordings."""

    label: str
    pieces: tuple[Piece, ...]


class PartForm(ServiceForm):
    """A form of one part of the text.

    Subclasses tell the part's values by field (`values_of`), and have what was typed as the value
    that the service takes (`terms`, `clause`); `add_fields` makes the fields of which there are as
    many as the text has rows.
    """

    template_name = "agreements/forms/form.html"
    version = forms.IntegerField(widget=forms.HiddenInput)

    # Fields that stand side by side, with what they are of; a field in none stands alone.
    sets: ClassVar[list[tuple[Words, tuple[str, ...]]]] = []
    # Where the part's words are that are said in several languages: how those places begin.
    worded: tuple[str, ...] = ()

    def __init__(self, data: Any, *, version: Version) -> None:
        super().__init__(data)
        self.text = version.text
        self.sets = list(self.sets)  # type: ignore[misc]
        self.add_fields()
        self.behind = [language_name(code) for code in self.languages_behind(version)]
        if self.worded:
            self.fields["confirmed"] = forms.BooleanField(
                label=_("All languages say the same as I save them: I have compared them"),
                required=False,
                help_text=_(
                    "Without this, a change in some languages alone is marked “translations"
                    " differ” until the others are written, too."
                ),
            )
        self.initial = {**self.values_of(self.text), "version": version.number}

    def languages_behind(self, version: Version) -> list[str]:
        """Return the languages that were neither written nor confirmed since the last change."""
        return languages_behind(version.behind, self.worded) if self.worded else []

    @property
    def confirmed(self) -> bool:
        """Whether all languages say the same, by word of who edits."""
        return bool(self.cleaned_data.get("confirmed"))

    def add_fields(self) -> None:
        """Add the fields that depend on the text."""

    def values_of(self, text: Text) -> dict[str, Any]:
        """Return the part's values by field, as a text has them."""
        raise NotImplementedError

    @property
    def groups(self) -> Iterator[Group]:
        """The visible fields, in order."""
        together = {names[0]: (legend, names) for legend, names in self.sets}
        inside = {name for _legend, names in self.sets for name in names}
        for field in self.visible_fields():
            if field.name in together:
                legend, names = together[field.name]
                yield Group(legend, [self[name] for name in names])
            elif field.name not in inside:
                yield Group("", [field])

    def compared(self) -> Iterator[Compared]:
        """Yield each field that somebody else has now otherwise than it was typed."""
        theirs = self.values_of(self.current.text) if self.current else {}
        legends = {name: legend for legend, names in self.sets for name in names}
        for name, field in self.fields.items():
            if name in theirs:
                was, typed = (
                    shown(field, value) for value in (theirs[name], self.cleaned_data.get(name))
                )
                if was != typed:
                    label = (str(legends.get(name, "")), str(field.label))
                    yield Compared(" · ".join(filter(None, label)), marked(was, typed))

    def words_typed(self, prefix: str, suffix: str = "") -> dict[str, str]:
        """Return what was typed by language, from the fields prefix_language_suffix."""
        names = {code: field_name(prefix, code, suffix) for code in ENDS}
        return {code: self.cleaned_data.get(name, "") for code, name in names.items()}


class VersionForm(ServiceForm):
    """A decision about a part of the text, as it was in the version that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    compares = False


def field_name(prefix: str, language: str, suffix: str = "") -> str:
    """Return a field's name: name_zh, name_zh_2."""
    return "_".join(filter(None, (prefix, ENDS[language], suffix)))


def field_values(prefix: str, words: Mapping[str, str], suffix: str = "") -> dict[str, str]:
    """Return words by language as values by field."""
    return {field_name(prefix, code, suffix): words.get(code, "") for code in ENDS}


def field_names(prefix: str, suffix: str = "") -> tuple[str, ...]:
    """Return the names of the fields of one thing in three languages."""
    return tuple(field_name(prefix, code, suffix) for code in ENDS)


NAME_IN: Mapping[str, Words] = {
    "en": _("Name in English"),
    "zh-hans": _("Name in Chinese"),
    "ko": _("Name in Korean"),
}
CALLED_IN: Mapping[str, Words] = {
    "en": _("Called in English"),
    "zh-hans": _("Called in Chinese"),
    "ko": _("Called in Korean"),
}
IN: Mapping[str, Words] = {
    "en": _("In English"),
    "zh-hans": _("In Chinese"),
    "ko": _("In Korean"),
}
