"""The parts of a partnership that have pages of their own: each room brings its own (`Room.parts`)."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from jointlab.common.rooms import all_rooms
from jointlab.common.show import Tab
from jointlab.parties.models import Partnership


def tabs_of(partnership: Partnership, rights: Collection[str]) -> list[Tab]:
    """Return the tabs of a partnership's pages for somebody who has these rights in it.

    Those of the lowest room come first.
    """
    return [
        Tab(part.label, reverse(part.url_name, args=[partnership.code]))
        for room in reversed(all_rooms())
        for part in room.parts
        if part.right in rights
    ]
