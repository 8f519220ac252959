"""Agreements as the subjects of obligations: how they stand above a page of what is owed by them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from jointlab.agreements.access import get_agreement, rights_of
from jointlab.agreements.models import Agreement
from jointlab.agreements.tabs import tabs_of
from jointlab.obligations.subjects import Heading, Subject
from jointlab.parties.policy import Reader


def get(user: Reader, code: str) -> Heading:
    """Return the agreement of that code, for a reader whom it binds."""
    agreement = get_agreement(user, code, "read")
    partnership, standing = agreement.partnership, agreement.standing
    return Heading(
        subject=_subject(agreement),
        partnership=partnership,
        state=standing.mark,
        word=capfirst(standing.label),
        above=(
            (partnership.name, reverse("parties:partnership", args=[partnership.code])),
            (_("Agreements"), reverse("agreements:of-partnership", args=[partnership.code])),
        ),
        parts=_("Parts of the agreement"),
        tabs=tabs_of(agreement, rights_of(user, partnership)),
    )


def by_id(ids: Collection[UUID]) -> Mapping[UUID, Subject]:
    """Return those agreements."""
    return {row.pk: _subject(row) for row in Agreement.objects.filter(pk__in=ids)}


def _subject(agreement: Agreement) -> Subject:
    url = reverse("agreements:agreement", args=[agreement.code])
    return Subject(agreement.pk, agreement.code, agreement.names, url)
