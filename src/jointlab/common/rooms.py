"""The rooms of the platform, as the rail at the left names them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.urls import reverse

if TYPE_CHECKING:  # names hold models, and rooms are named before those are ready
    from jointlab.common.names import Text


@dataclass(frozen=True)
class Room:
    """A door in the rail: the attribute `room` of an installed app's configuration.

    `icon` is a heroicon's name. A public room is shown to those who are not signed in, too.
    """

    code: str
    label: Text
    url_name: str
    icon: str
    public: bool = False


class Door(NamedTuple):
    """A room as the rail shows it; `current` is the value of aria-current, empty elsewhere."""

    label: Text
    icon: str
    url: str
    current: str


def rooms_for(user: Any) -> Iterator[Room]:
    """Yield the rooms that this reader may enter, as the installed apps are ordered."""
    for config in apps.get_app_configs():
        room = getattr(config, "room", None)
        if isinstance(room, Room) and (room.public or user.is_authenticated):
            yield room


def doors(user: Any, path: str) -> list[Door]:
    """Return the rail for this reader on this page; the nearest room above the page is marked."""
    rooms = [(room, reverse(room.url_name)) for room in rooms_for(user)]
    inside = max((url for _, url in rooms if path.startswith(url)), key=len, default="")
    here = "page" if inside == path else "true"
    return [Door(room.label, room.icon, url, here if url == inside else "") for room, url in rooms]
