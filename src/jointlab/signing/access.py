"""Whose certificates are whose: everybody sees their own, and nobody another's."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from jointlab.common.rows import get_visible
from jointlab.parties.policy import Reader
from jointlab.signing.models import Certificate


def certificates_visible_to(user: Reader) -> QuerySet[Certificate]:
    """Return the person's own certificates."""
    return Certificate.objects.filter(person=user.pk)


def get_certificate(user: Reader, pk: UUID) -> Certificate:
    """Return one of the person's own certificates."""
    return get_visible(certificates_visible_to(user), pk=pk)
