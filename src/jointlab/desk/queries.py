"""What waits for a person, from every room; and the partnerships that are theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, QuerySet
from django.utils.module_loading import module_has_submodule

from jointlab.common.waiting import Waiting
from jointlab.parties.access import Reader, partnerships_visible_to
from jointlab.parties.models import Membership, Partnership

ON_A_PAGE = 50


def on_the_desk(user: Reader, number: Any) -> Page[Waiting]:
    """Return a page of what waits for the person in any room, oldest first."""
    waiting = [thing for ask in askers() for thing in ask(user)]
    waiting.sort(key=lambda thing: thing.since)
    return Paginator(waiting, ON_A_PAGE).get_page(number)


def askers() -> Iterator[Callable[[Reader], Iterable[Waiting]]]:
    """Yield `queries.waiting_for` of each installed room that has one.

    A room that fails fails the page: a desk that leaves a room out in silence would say that
    nothing waits there.
    """
    for room in apps.get_app_configs():
        if room.name.startswith("jointlab.") and module_has_submodule(room.module, "queries"):
            ask = getattr(import_module(f"{room.name}.queries"), "waiting_for", None)
            if ask is not None:
                yield ask


def partnerships_of(user: Reader) -> QuerySet[Partnership]:
    """Return the person's partnerships, each with `mine`: their live membership."""
    live = Membership.objects.live().filter(person=user.pk).select_related("organisation")
    mine = Prefetch("memberships", queryset=live, to_attr="mine")
    return partnerships_visible_to(user).order_by("code").prefetch_related(mine)
