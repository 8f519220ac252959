"""The parts of an agreement that have pages of their own."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from jointlab.agreements.models import Agreement, Kind, State
from jointlab.common.show import Tab

ON_PAPER = (State.APPROVED, State.SIGNING, State.SIGNED)


def tabs_of(agreement: Agreement, rights: Collection[str]) -> list[Tab]:
    """Return the tabs of an agreement's pages for somebody with these rights to it."""
    return [
        Tab(label, reverse(name, args=[*before, agreement.code]))
        for label, name, *before in _pages(agreement, rights)
    ]


def _pages(agreement: Agreement, rights: Collection[str]) -> Iterator[tuple[str, ...]]:
    """Yield what each is called, its URL's name, and what that takes before the code."""
    yield _("Text"), "agreements:agreement"
    if "read drafts" in rights:
        yield _("Changes"), "agreements:versions"
        yield _("Comments"), "agreements:comments"
    if agreement.state in ON_PAPER:
        yield _("Signing"), "agreements:signing"
    if agreement.state == State.SIGNED and "read" in rights:
        yield _("Obligations"), "obligations:obligations", "agreements"
        if agreement.kind != Kind.CONFIDENTIALITY:
            yield _("Publications"), "agreements:publications"


def parts_to_edit(agreement: Agreement) -> list[Tab]:
    """Return the parts of an agreement's text that are edited on pages of their own."""
    parts = {
        "edit-terms": _("Terms"),
        "edit-parties": _("Parties"),
        "edit-clauses": _("Clauses"),
        "edit-commitments": _("Commitments"),
        "edit-duties": _("Obligations"),
        "edit-signers": _("Who signs"),
    }
    return [
        Tab(label, reverse(f"agreements:{name}", args=[agreement.code]))
        for name, label in parts.items()
    ]
