"""Editing the terms, the parties and who signs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from jointlab.agreements.models import Renewal, Version
from jointlab.agreements.negotiation.forms.codes import countries
from jointlab.agreements.negotiation.forms.part_form import (
    CALLED_IN,
    ENDS,
    LANG,
    NAME_IN,
    PartForm,
    field_name,
    field_names,
    field_values,
)
from jointlab.agreements.text import Party, Terms, Text, ip, wording
from jointlab.agreements.text.in_step import DIRECTIONS, NAMES, PARTIES
from jointlab.agreements.text.limits import MOST_DAYS, MOST_DIRECTIONS, MOST_SIGNERS, MOST_YEARS
from jointlab.agreements.text.phrases import language_name
from jointlab.agreements.text.termination import notice_days
from jointlab.common.fields import DayField, NameField
from jointlab.common.form_drawing import LongSelect, Pairs
from jointlab.common.names import Text as Words
from jointlab.common.names import pick

SPARE_ROWS = 3  # empty rows below those that the text has
TERMS = (
    "start",
    "end",
    "renewal",
    "ip_model",
    "publication_notice_days",
    "publication_delay_days",
    "confidentiality_years",
    "termination_notice_days",
    "governing_law",
    "prevailing",
)


def _number(label: Any, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=most)


class TermsForm(PartForm):
    """The terms of an agreement, and its names."""

    worded = (NAMES, DIRECTIONS)

    name_en = NameField(label=NAME_IN["en"], language="en")
    name_zh = NameField(label=NAME_IN["zh-hans"], language="zh-Hans", required=False)
    name_ko = NameField(label=NAME_IN["ko"], language="ko", required=False)
    start = DayField(label=gettext_lazy("First day"))
    end = DayField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Leave it empty for an agreement without a last day."),
    )
    renewal = forms.ChoiceField(label=gettext_lazy("Renewal"), choices=Renewal)
    ip_model = forms.ChoiceField(
        label=gettext_lazy("Intellectual property"),
        required=False,
        widget=forms.RadioSelect,
    )
    publication_notice_days = _number(gettext_lazy("Publication notice, in days"), MOST_DAYS)
    publication_delay_days = _number(
        gettext_lazy("Longest delay of a publication, in days"), MOST_DAYS
    )
    confidentiality_years = _number(
        gettext_lazy("Confidentiality after the end, in years"), MOST_YEARS
    )
    termination_notice_days = _number(gettext_lazy("Notice of termination, in days"), MOST_DAYS)
    governing_law = forms.ChoiceField(
        label=gettext_lazy("Governing law"), required=False, widget=LongSelect
    )
    prevailing = forms.ChoiceField(label=gettext_lazy("Language that prevails"))

    sets: ClassVar[list[tuple[Words, tuple[str, ...]]]] = [
        (gettext_lazy("Name of the agreement"), field_names("name")),
        (gettext_lazy("Period"), ("start", "end", "termination_notice_days")),
        (
            gettext_lazy("Publication and confidentiality"),
            ("publication_notice_days", "publication_delay_days", "confidentiality_years"),
        ),
        (gettext_lazy("Law and language"), ("governing_law", "prevailing")),
    ]

    def add_fields(self) -> None:
        """Add a row for each direction, and drop what has no meaning in this kind of agreement."""
        fields: dict[str, Any] = self.fields
        self._choose(fields)
        for name in wording.APART.get(self.text.kind, ()):
            del fields[name]
        self.sets = [  # type: ignore[misc]
            (legend, tuple(name for name in names if name in fields)) for legend, names in self.sets
        ]
        for row in range(self._rows()):
            self._add_direction(row)
        self.order_fields([*field_names("name"), *(name for name in fields if "direction" in name)])

    def _choose(self, fields: dict[str, Any]) -> None:
        nothing = ("", _("nothing is said"))
        models = [(code, model.label) for code, model in ip.MODELS.items()]
        fields["ip_model"].choices = [nothing, *models]
        fields["ip_model"].template_name = "agreements/forms/ip_model.html"
        laws = [nothing, *countries(get_language() or "en")]
        fields["governing_law"].choices = Pairs(lambda: laws)
        fields["prevailing"].choices = [(code, language_name(code)) for code in self.text.languages]

    def _rows(self) -> int:
        """Return how many directions the page has room for: those typed, and some more."""
        typed = [
            number for number in range(MOST_DIRECTIONS) if f"direction_en_{number}" in self.data
        ]
        rows = max(len(self.text.terms.directions) + SPARE_ROWS, len(typed))
        return min(rows, MOST_DIRECTIONS)

    def _add_direction(self, row: int) -> None:
        for code, label in NAME_IN.items():
            self.fields[field_name("direction", code, str(row))] = NameField(
                label=label, language=LANG[code], required=False
            )
        legend = _("Direction %(number)s") % {"number": row + 1}
        self.sets.append((legend, field_names("direction", str(row))))

    def values_of(self, text: Text) -> dict[str, Any]:
        """Return the terms by field."""
        values: dict[str, Any] = field_values("name", text.names)
        values |= {name: getattr(text.terms, name) for name in TERMS}
        values["termination_notice_days"] = notice_days(text)
        for row in range(self._rows()):
            said = text.terms.directions[row] if row < len(text.terms.directions) else {}
            values |= field_values("direction", said, str(row))
        return values

    def clean(self) -> dict[str, Any]:
        """Say beside the field that it cannot end before it begins."""
        cleaned = super().clean() or {}
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end < start:
            self.add_error("end", _("It cannot end before it begins."))
        return cleaned

    @property
    def terms(self) -> Terms:
        """The terms as they were typed; a direction without any name is none."""
        said = (self.words_typed("direction", str(row)) for row in range(self._rows()))
        directions = tuple(words for words in said if any(words.values()))
        terms = {name: self.cleaned_data[name] for name in TERMS if name in self.fields}
        return replace(self.text.terms, **terms, directions=directions)

    @property
    def names(self) -> dict[str, str]:
        """The agreement's names by language."""
        return self.words_typed("name")

    @property
    def models(self) -> Iterator[tuple[BoundWidget, list[tuple[str, str]]]]:
        """Each model with what it implies for ownership, background and publication."""
        for choice in self["ip_model"].subwidgets:
            value = str(choice.data["value"])
            yield choice, ip.implications(value, get_language() or "en")


class PartiesForm(PartForm):
    """How the parties are named and called, and in which order they stand."""

    worded = (PARTIES,)

    def add_fields(self) -> None:
        """Add the fields of each party."""
        places = [(str(place), str(place)) for place in range(1, len(self.text.parties) + 1)]
        for party in self.text.parties:
            at = party.organisation.hex
            for prefix, labels in (("name", NAME_IN), ("capacity", CALLED_IN)):
                for code, label in labels.items():
                    self.fields[field_name(prefix, code, at)] = NameField(
                        label=label, language=LANG[code], required=False
                    )
            self.fields[f"place_{at}"] = forms.ChoiceField(label=_("Place"), choices=places)
            legend = wording.called(party, get_language() or "en")
            self.sets.append(
                (legend, (*field_names("name", at), *field_names("capacity", at), f"place_{at}"))
            )

    def values_of(self, text: Text) -> dict[str, Any]:
        """Return what each party is called, by field."""
        values: dict[str, Any] = {}
        for place, party in enumerate(text.parties, 1):
            at = party.organisation.hex
            values |= field_values("name", party.names, at) | field_values(
                "capacity", party.capacity, at
            )
            values[f"place_{at}"] = str(place)
        return values

    @property
    def parties(self) -> tuple[Party, ...]:
        """The parties in their order; a name in the party's own script stays as it is."""
        rows = sorted(enumerate(self.text.parties, 1), key=self._order)
        return tuple(self._typed(party) for _place, party in rows)

    def _order(self, row: tuple[int, Party]) -> tuple[int, int]:
        """Return where a party goes: one that was moved to another's place passes that one."""
        before, party = row
        place = int(self.cleaned_data[f"place_{party.organisation.hex}"])
        return place, (place > before) - (place < before)

    def _typed(self, party: Party) -> Party:
        at = party.organisation.hex
        own = {code: name for code, name in party.names.items() if code not in ENDS}
        names = {**own, **self.words_typed("name", at)}
        return replace(party, names=names, capacity=self.words_typed("capacity", at))


class SignersForm(PartForm):
    """Who signs for each side, in order, and who witnesses after them."""

    def __init__(self, data: Any, *, version: Version, members: Sequence[tuple[str, str]]) -> None:
        self.members = list(members)
        super().__init__(data, version=version)

    def add_fields(self) -> None:
        """Add a row for each signer, and some empty ones."""
        labels = {"signatory": _("Signatory %(number)s"), "witness": _("Witness %(number)s")}
        people = [("", _("nobody")), *self.members, *self._left()]
        for part, label in labels.items():
            rows = len(self._chosen(self.text, part)) + SPARE_ROWS - 1
            for number in range(min(rows, MOST_SIGNERS)):
                self.fields[f"{part}_{number}"] = forms.ChoiceField(
                    label=label % {"number": number + 1},
                    choices=Pairs(lambda: people),
                    required=False,
                    widget=LongSelect,
                )

    def _left(self) -> Iterator[tuple[str, str]]:
        known = {key for key, _label in self.members}
        for signer in self.text.signers:
            if str(signer.person) not in known:
                known.add(str(signer.person))
                name = pick(dict(signer.names))
                yield str(signer.person), _("%(name)s (not a member any more)") % {"name": name}

    @staticmethod
    def _chosen(text: Text, part: str) -> list[str]:
        return [str(row.person) for row in text.signers if row.witness == (part == "witness")]

    def values_of(self, text: Text) -> dict[str, Any]:
        """Return who signs, by field."""
        values = dict.fromkeys((name for name in self.fields if name != "version"), "")
        for part in ("signatory", "witness"):
            chosen = enumerate(self._chosen(text, part))
            values |= {f"{part}_{number}": person for number, person in chosen}
        return values

    def people(self, part: str) -> list[UUID]:
        """Return the chosen of that part (signatory, witness) in their order; an empty row is nobody."""
        return [
            UUID(person)
            for name, person in self.cleaned_data.items()
            if name.startswith(f"{part}_") and person
        ]
