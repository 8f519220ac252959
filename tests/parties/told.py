"""What a service wrote into history."""

from __future__ import annotations

from typing import Any

from jointlab.history.models import Entry


def last(thing: Any) -> Entry:
    """Return the newest entry of the chain of a partnership, an organisation or a person."""
    return Entry.objects.filter(chain=thing.pk).latest("number")


def count(thing: Any) -> int:
    """Return how many entries that chain has."""
    return Entry.objects.filter(chain=thing.pk).count()
