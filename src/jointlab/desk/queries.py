"""What waits for a person, from every room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.paginator import Page, Paginator
from django.utils.module_loading import module_has_submodule

from jointlab.common.waiting import Waiting
from jointlab.parties.models import Membership

ON_A_PAGE = 50


def on_the_desk(own: Sequence[Membership], number: Any) -> Page[Waiting]:
    """Return a page of what waits in any room for the person whose memberships these are, oldest first."""
    waiting = [thing for ask in askers() for thing in ask(own)]
    waiting.sort(key=lambda thing: thing.since)
    return Paginator(waiting, ON_A_PAGE).get_page(number)


def askers() -> Iterator[Callable[[Sequence[Membership]], Iterable[Waiting]]]:
    """Yield `queries.waiting_for` of each installed room that has one.

    A room that fails fails the page: a desk that leaves a room out in silence would say that
    nothing waits there.
    """
    for room in apps.get_app_configs():
        if room.name.startswith("jointlab.") and module_has_submodule(room.module, "queries"):
            ask = getattr(import_module(f"{room.name}.queries"), "waiting_for", None)
            if ask is not None:
                yield ask
