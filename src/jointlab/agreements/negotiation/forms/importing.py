"""Pasting a text of one's own, or sending it as a .docx."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jointlab.agreements.models import Version
from jointlab.agreements.negotiation.services.importing import ADD, REPLACE, WORDS
from jointlab.agreements.text import Clause
from jointlab.agreements.text.imported import Block, clauses_from, read_docx, read_plain
from jointlab.agreements.text.imported.word import MEGABYTE, MOST_BYTES
from jointlab.agreements.text.phrases import language_name
from jointlab.common.errors import Refusal
from jointlab.common.service_form import ServiceForm

LONGEST_TEXT = 500_000  # characters


class DocxField(forms.FileField):
    """A .docx; its value is what it says, as blocks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.FileInput(attrs={"accept": ".docx"}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Block] | None:
        """Return what the file says, or say beside the field what is wrong with it."""
        file = super().clean(data, initial)
        if not file:
            return None
        if file.size > MOST_BYTES:
            raise ValidationError(
                _("The file is larger than %(most)s MB.") % {"most": MOST_BYTES // MEGABYTE}
            )
        try:
            return read_docx(file.read())
        except Refusal as refusal:
            raise ValidationError(str(refusal)) from refusal


class ImportForm(ServiceForm):
    """A text in one language, and where its clauses go."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"))
    how = forms.ChoiceField(
        label=gettext_lazy("Where its clauses go"),
        choices=[
            (ADD, gettext_lazy("behind the clauses that there are")),
            (REPLACE, gettext_lazy("in the place of the clauses that there are")),
            (
                WORDS,
                gettext_lazy(
                    "into the clauses that there are, one by one, as their words in that language"
                ),
            ),
        ],
        initial=ADD,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=gettext_lazy("Paste the text"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 14, "dir": "auto"}),
        help_text=gettext_lazy(
            "A line such as “Article 3”, “第三条”, “제3조 (목적)”, “3. Purpose” or “# Purpose” begins a"
            " clause; an empty line divides paragraphs; lines that begin with a hyphen make a list."
        ),
    )
    file = DocxField(
        label=gettext_lazy("Or send it as .docx"),
        required=False,
        help_text=gettext_lazy(
            "Up to 10 MB. Headings begin clauses; paragraphs and lists are taken, their looks and"
            " what is at the head and foot of pages are not. Tables, tracked changes, notes"
            " and pictures are refused."
        ),
    )

    compares = False

    def __init__(self, data: Any = None, files: Any = None, *, version: Version) -> None:
        super().__init__(data, files, initial={"version": version.number})
        fields: dict[str, Any] = self.fields
        fields["language"].choices = [
            (code, language_name(code)) for code in version.text.languages
        ]

    def clean(self) -> dict[str, Any]:
        """Make clauses of the one text that there is."""
        cleaned = super().clean() or {}
        if not self.errors:
            cleaned["clauses"] = self._clauses(cleaned)
        return cleaned

    def _clauses(self, cleaned: dict[str, Any]) -> tuple[Clause, ...]:
        pasted, blocks = cleaned["text"], cleaned["file"]
        if bool(pasted) == (blocks is not None):
            self.add_error(None, _("Paste a text, or choose a file: one of the two."))
            return ()
        try:
            return clauses_from(read_plain(pasted) if pasted else blocks, cleaned["language"])
        except Refusal as refusal:
            self.add_error("text" if pasted else "file", str(refusal))
            return ()
