"""What somebody reads of a chain that they may read: all of it but what a room keeps to fewer.

Who reads a chain at all, the room says whose chain it is. A room with events that not all of these
are to learn of has a module `readers.py` (found by its name):

    NARROWER                      the room's events that fewer read
    reads_narrower(user, chain)   whether the person reads them in that chain

and keeps the indexes in which they are skipped, so that a page never reads past what it hides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Protocol, cast
from uuid import UUID

from django.apps import apps
from django.db.models import QuerySet
from django.utils.module_loading import module_has_submodule

from jointlab.history.models import Entry


class Readers(Protocol):
    """What one room's `readers.py` says."""

    NARROWER: Collection[str]

    def reads_narrower(self, user: Any, chain: UUID) -> bool: ...  # noqa: D102


@dataclass(frozen=True)
class Reading:
    """A chain as somebody reads it: without these events."""

    chain: UUID
    hidden: tuple[str, ...] = ()

    @property
    def entries(self) -> QuerySet[Entry]:
        """The entries that they read."""
        rows = Entry.objects.filter(chain=self.chain)
        return rows.exclude(event__in=self.hidden) if self.hidden else rows


def chain_visible_to(user: Any, chain: UUID) -> Reading:
    """Return of the chain what the person may read who may read the chain."""
    hidden: set[str] = set()
    for room in _rooms():
        if not room.reads_narrower(user, chain):
            hidden.update(room.NARROWER)
    return Reading(chain, tuple(sorted(hidden)))


@cache
def _rooms() -> tuple[Readers, ...]:
    return tuple(_found())


def _found() -> Iterator[Readers]:
    for config in apps.get_app_configs():
        if config.module and module_has_submodule(config.module, "readers"):
            yield cast("Readers", import_module(f"{config.name}.readers"))
