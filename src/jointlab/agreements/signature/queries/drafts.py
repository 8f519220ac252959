"""A draft to take away: as PDF, or for a word processor."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.utils.translation import gettext as _

from jointlab.agreements.models import Agreement, State, Version
from jointlab.agreements.signature.document import typeset_draft, write_docx
from jointlab.common import days
from jointlab.common.errors import NotNow

WRITERS = {"pdf": typeset_draft, "docx": write_docx}


class DraftFile(NamedTuple):
    """A draft as a file."""

    name: str
    content: bytes


def is_draft(agreement: Agreement) -> bool:
    """Whether its text is a draft still: what is signed, or being signed, is a document."""
    return agreement.state in (State.DRAFT, State.APPROVED, State.WITHDRAWN)


def draft_file(
    agreement: Agreement, version: Version, kind: str, languages: Collection[str]
) -> DraftFile:
    """Return the draft as a "pdf" or a "docx", in those of its languages; in all, for none.

    Raises NotNow when it is no draft any more, Refusal for a text that cannot be set.
    """
    if not is_draft(agreement):
        raise NotNow(_("This text is no draft any more: take its document."))
    text = version.text
    content = WRITERS[kind](
        text,
        code=agreement.code,
        version=version.number,
        made_on=days.today(),
        languages=[code for code in text.languages if code in languages] or text.languages,
    )
    return DraftFile(f"{agreement.code}-draft-{version.number}.{kind}", content)
