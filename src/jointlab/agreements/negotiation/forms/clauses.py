"""Editing clauses, what the parties bring, and what they owe."""

from __future__ import annotations

import re
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from jointlab.agreements.models import Version
from jointlab.agreements.negotiation.forms.codes import currencies
from jointlab.agreements.negotiation.forms.part_form import (
    ENDS,
    IN,
    LANG,
    PartForm,
    VersionForm,
    field_name,
    field_names,
    field_values,
)
from jointlab.agreements.text import Clause, Commitment, Duty, Text, wording
from jointlab.agreements.text.in_step import place_of
from jointlab.agreements.text.limits import AMOUNT, LONGEST_BODY, LONGEST_WHAT
from jointlab.common.fields import DayField, NameField, ParagraphField
from jointlab.common.form_drawing import LongSelect, Pairs
from jointlab.common.names import Text as Words
from jointlab.obligations.models import Every

NEW_ID = re.compile(r"\A[a-z0-9-]{1,40}\Z", re.ASCII)
WHOLE_AMOUNT = re.compile(rf"\A(?:{AMOUNT.pattern})\Z", re.ASCII)
BODY_ROWS = 16


class ClauseForm(PartForm):
    """A clause in each language: its heading and its body."""

    template_name = "agreements/forms/clause.html"

    def __init__(self, data: Any, *, version: Version, clause: Clause) -> None:
        self.begun_with = clause
        self.worded = self._worded()
        super().__init__(data, version=version)

    def _worded(self) -> tuple[str, ...]:
        return (place_of("clauses", self.begun_with.id),)

    def add_fields(self) -> None:
        """Add a heading and a body for each language."""
        headings = {
            "en": _("Heading in English"),
            "zh-hans": _("Heading in Chinese"),
            "ko": _("Heading in Korean"),
        }
        bodies = {
            "en": _("Text in English"),
            "zh-hans": _("Text in Chinese"),
            "ko": _("Text in Korean"),
        }
        for code in self.text.languages:
            self.fields[field_name("heading", code)] = NameField(
                label=headings[code], language=LANG[code], required=False
            )
            self.fields[field_name("body", code)] = ParagraphField(
                label=bodies[code], language=LANG[code], rows=BODY_ROWS, max_length=LONGEST_BODY
            )
            self.sets.append(("", (field_name("heading", code), field_name("body", code))))

    def values_of(self, text: Text) -> dict[str, Any]:
        """Return the clause's words; of a text that has it not, those with which it begins."""
        known = {clause.id: clause for clause in text.clauses}
        gone = Clause(self.begun_with.id, {}, {})
        clause = known.get(self.begun_with.id, gone if self.current else self.begun_with)
        return field_values("heading", clause.heading) | field_values("body", clause.body)

    def clean(self) -> dict[str, Any]:
        """Take lines as they are kept; a clause without any word is none."""
        cleaned = super().clean() or {}
        for name, said in cleaned.items():
            if name.startswith("body_"):
                cleaned[name] = "\n".join(said.splitlines())
        words = [said for name, said in cleaned.items() if name.startswith(("body_", "heading_"))]
        if not self.errors and not any(words):
            self.add_error(None, _("Enter a heading and a text."))
        return cleaned

    @property
    def clause(self) -> Clause:
        """The clause as it was typed."""
        return Clause(self.begun_with.id, self.words_typed("heading"), self.words_typed("body"))

    @property
    def is_gone(self) -> bool:
        """Whether somebody has dropped the clause meanwhile."""
        return self.begun_with.id not in {clause.id for clause in self.text.clauses}

    @property
    def legend(self) -> list[tuple[str, Words, str]]:
        """Each placeholder: as one types it, what it stands for, what it becomes now."""
        language = get_language() or "en"
        return [
            (f"{{{name}}}", label, wording.fill(self.text, f"{{{name}}}", language))
            for name, label in wording.PLACEHOLDERS.items()
        ]


class NewClauseForm(ClauseForm):
    """A clause that is added: blank, or from the library."""

    id = forms.RegexField(NEW_ID, widget=forms.HiddenInput)
    after = forms.ChoiceField(
        label=gettext_lazy("Position in the text"), required=False, widget=LongSelect
    )

    def _worded(self) -> tuple[str, ...]:
        return ()  # what is new has no earlier wording from which it could differ

    def add_fields(self) -> None:
        """Add the place, and the words."""
        language, fields = get_language() or "en", dict[str, Any](self.fields)
        fields["after"].choices = [("", _("at the end"))] + [
            (
                clause.id,
                _("after %(number)s. %(heading)s")
                % {"number": number, "heading": wording.heading(clause, language)},
            )
            for number, clause in enumerate(self.text.clauses, 1)
        ]
        super().add_fields()

    def values_of(self, text: Text) -> dict[str, Any]:
        """Return the words with which it begins."""
        words = field_values("heading", self.begun_with.heading) | field_values(
            "body", self.begun_with.body
        )
        return words | {"id": self.begun_with.id, "after": ""}

    @property
    def clause(self) -> Clause:
        """The clause as it was typed, with the id that its page gave it."""
        return Clause(
            self.cleaned_data["id"], self.words_typed("heading"), self.words_typed("body")
        )


class MoveForm(VersionForm):
    """One place up, or down."""

    up = forms.TypedChoiceField(
        choices=[("1", "up"), ("0", "down")], coerce=lambda value: value == "1"
    )


class RowForm(PartForm):
    """What a party brings or owes; a new one begins without an id of the text."""

    organisation = forms.ChoiceField(label=gettext_lazy("Party"))

    part: ClassVar[str]

    def __init__(self, data: Any, *, version: Version, row: str = "") -> None:
        self.id = row or uuid4().hex
        self.worded = (place_of(self.part, row),) if row else ()
        super().__init__(data, version=version)

    def add_fields(self) -> None:
        """Offer the parties, and room to say what in each language."""
        language, fields = get_language() or "en", dict[str, Any](self.fields)
        fields["organisation"].choices = [
            (str(party.organisation), wording.called(party, language))
            for party in self.text.parties
        ]
        for code in ENDS:
            self.fields[field_name("what", code)] = ParagraphField(
                label=IN[code], language=LANG[code], rows=3, max_length=LONGEST_WHAT
            )
        self.sets.append((self._what(), field_names("what")))
        self.order_fields(["organisation", *field_names("what")])

    def _what(self) -> str:
        raise NotImplementedError

    def _row(self, text: Text) -> Any:
        rows = getattr(text, self.part)
        return next((row for row in rows if row.id == self.id), None)

    def values_of(self, text: Text) -> dict[str, Any]:
        """Return the row by field; nothing for a row that the text has not."""
        row = self._row(text)
        if row is None:
            return dict.fromkeys((name for name in self.fields if name != "version"), "")
        own = {name: getattr(row, name) for name in self.fields if hasattr(row, name)}
        return own | {"organisation": str(row.organisation)} | field_values("what", row.what)

    def clean(self) -> dict[str, Any]:
        """Take lines as one; demand a word in one language at least."""
        cleaned = super().clean() or {}
        for name in field_names("what"):
            cleaned[name] = " ".join(cleaned.get(name, "").split())
        if not self.errors and not any(cleaned[name] for name in field_names("what")):
            self.add_error("what_en", _("Enter what it is, in at least one language."))
        return cleaned

    def _typed(self) -> dict[str, Any]:
        """Return the row's values, as the text keeps them."""
        typed = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("version", "confirmed", *field_names("what"))
        }
        party = {str(row.organisation): row.organisation for row in self.text.parties}
        typed["organisation"] = party[typed["organisation"]]
        return {**typed, "id": self.id, "what": self.words_typed("what")}


class CommitmentForm(RowForm):
    """What a party brings: money, or something else."""

    amount = forms.RegexField(
        WHOLE_AMOUNT,
        label=gettext_lazy("Amount"),
        required=False,
        help_text=gettext_lazy("Leave it empty for what is not money."),
        error_messages={
            "invalid": gettext_lazy(
                "Write an amount as 12000 or 12000.50, and choose its currency."
            )
        },
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), required=False, widget=LongSelect)

    part = "commitments"
    sets: ClassVar[list[tuple[Words, tuple[str, ...]]]] = [
        (gettext_lazy("Money"), ("amount", "currency"))
    ]

    def _what(self) -> str:
        return _("What it brings")

    def add_fields(self) -> None:
        """Offer the currencies."""
        super().add_fields()
        fields: dict[str, Any] = self.fields
        money = [("", "—"), *currencies(get_language() or "en")]
        fields["currency"].choices = Pairs(lambda: money)

    def clean(self) -> dict[str, Any]:
        """Demand a currency for an amount; an amount's absence drops it."""
        cleaned = super().clean()
        if cleaned.get("amount") and not cleaned.get("currency"):
            self.add_error("currency", _("Choose the currency of the amount."))
        if not cleaned.get("amount"):
            cleaned["currency"] = ""
        return cleaned

    @property
    def commitment(self) -> Commitment:
        """The commitment as it was typed."""
        return Commitment(**self._typed())


class DutyForm(RowForm):
    """What a party owes by when, once or again and again."""

    due = DayField(
        label=gettext_lazy("Due"),
        help_text=gettext_lazy("The last day on which it is in time; of what recurs, the first."),
    )
    every = forms.ChoiceField(label=gettext_lazy("How often"), choices=Every)

    part = "duties"
    sets: ClassVar[list[tuple[Words, tuple[str, ...]]]] = [
        (gettext_lazy("By when"), ("due", "every"))
    ]

    def _what(self) -> str:
        return _("What it owes")

    @property
    def duty(self) -> Duty:
        """The duty as it was typed."""
        return Duty(**self._typed())
