"""What waits for a person, from every room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator

from jointlab.common.rooms import Waiting, all_rooms
from jointlab.parties.models import Membership

ON_A_PAGE = 50


def on_the_desk(own: Sequence[Membership], number: Any) -> Page[Waiting]:
    """Return a page of what waits in any room for the person whose memberships these are, oldest first."""
    waiting = [thing for room in all_rooms() if room.waiting for thing in room.waiting(own)]
    waiting.sort(key=lambda thing: thing.since)
    return Paginator(waiting, ON_A_PAGE).get_page(number)
