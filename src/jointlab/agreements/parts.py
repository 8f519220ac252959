"""The parts of an agreement that have pages of their own."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from jointlab.agreements.models import Agreement, State
from jointlab.common.parts import Tab

ON_PAPER = (State.APPROVED, State.SIGNING, State.SIGNED)


def tabs_of(agreement: Agreement, rights: Collection[str]) -> list[Tab]:
    """Return the tabs of an agreement's pages for somebody with these rights to it."""
    return [
        Tab(label, reverse(name, args=[agreement.code]))
        for label, name in _parts(agreement, rights)
    ]


def _parts(agreement: Agreement, rights: Collection[str]) -> Iterator[tuple[str, str]]:
    yield _("Text"), "agreements:agreement"
    if agreement.state in ON_PAPER:
        yield _("Signing"), "agreements:signing"
