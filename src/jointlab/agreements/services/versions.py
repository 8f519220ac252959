"""Keeping a text as the next version of an agreement: what every edit ends in."""

from __future__ import annotations

from collections.abc import Mapping

from jointlab.agreements.limits import demand_bounds
from jointlab.agreements.models import Agreement, Version
from jointlab.agreements.text import Text
from jointlab.common.editing import check
from jointlab.common.names import COLUMN, tidy
from jointlab.parties.models import Membership


def keep_version(agreement: Agreement, own: Membership, text: Text, part: str) -> Version:
    """Keep the text as the latest version of the locked agreement; refuse what is too large."""
    demand_bounds(text)
    agreement.latest += 1
    agreement.starts_on, agreement.ends_on = text.terms.start, text.terms.end
    for language, column in COLUMN.items():
        setattr(agreement, column, text.names.get(language, ""))
    check(agreement, [*COLUMN.values()])
    agreement.save()
    return Version.objects.create(
        agreement=agreement,
        number=agreement.latest,
        content=text.as_json(),
        sha256=text.sha256,
        by=own.person,
        organisation=own.organisation,
        part=part,
    )


def tidied_words(words: Mapping[str, str]) -> dict[str, str]:
    """Return a name by language as it is kept: tidied, without the languages that say nothing."""
    kept = {language: tidy(said) for language, said in words.items()}
    return {language: said for language, said in kept.items() if said}
