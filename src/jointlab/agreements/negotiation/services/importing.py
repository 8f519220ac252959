"""Taking over a text of one's own into the clauses of a draft."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from jointlab.agreements.models import Agreement, Version
from jointlab.agreements.negotiation.services.versions import revise
from jointlab.agreements.text import Clause, Text
from jointlab.agreements.text.imported import worded
from jointlab.common.errors import Refusal
from jointlab.parties.models import Person

ADD, REPLACE, WORDS = "add", "replace", "words"


def import_clauses(
    *,
    by: Person,
    agreement: Agreement,
    base: int,
    clauses: tuple[Clause, ...],
    language: str,
    how: str,
) -> Version:
    """Take over clauses in one language: behind those that there are, in their place, or as their words.

    Where they take the place of something, it must be what was read: nothing of it changed since
    the version `base`.
    """

    def change(text: Text) -> Text:
        if language not in text.languages or how not in (ADD, REPLACE, WORDS):
            raise Refusal(_("Choose one of the values that are offered."))
        if how == WORDS:
            return _with(text, worded(text, clauses, language))
        return _with(text, clauses if how == REPLACE else (*text.clauses, *clauses))

    return revise(
        by,
        agreement,
        base,
        "clauses",
        of=lambda text: () if how == ADD else text.clauses,
        change=change,
    )


def _with(text: Text, clauses: tuple[Clause, ...]) -> Text:
    return replace(text, clauses=clauses)
