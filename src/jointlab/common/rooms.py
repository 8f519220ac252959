"""What a room brings to the platform, in one value: `ROOM` in the room's `room.py`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import module_has_submodule

from jointlab.common.events import Event
from jointlab.common.letters import Letter
from jointlab.common.names import Text


class Door(NamedTuple):
    """A room's entry in the rail at the left.

    `icon` is a heroicon's name. A public door is shown to those who are not signed in, too.
    `waiting` returns how many things wait behind it for the person: asked wherever the rail is drawn.
    """

    url_name: str
    icon: str
    public: bool = False
    waiting: Callable[[Any], int] | None = None


class Part(NamedTuple):
    """A part of a partnership that has a page of its own, below partnerships/<code>/.

    `right` is what it takes, of the rights that `parties` gives.
    """

    label: Text
    url_name: str
    right: str


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for somebody, with the act that clears it.

    `since` orders the desk, oldest first; `due` is shown when there is one. `what`, `act` and
    `about` (the partnership or the like) are text in the reader's language. `key` names the thing
    where somebody who awaits it may remind of it (`Awaited.key`).
    """

    since: datetime
    what: str
    act: str
    url: str
    about: str = ""
    due: datetime | None = None
    key: str = ""

    @property
    def is_late(self) -> bool:
        """Whether its time is over."""
        return self.due is not None and self.due < timezone.now()


@dataclass(frozen=True)
class Awaited:
    """One thing that others have to do, for somebody on whose side it is awaited.

    `who` has it: a person or an organisation, by name; `url` shows the thing. `key` is that of the
    `Waiting` on the desks of those who can do it, whom `holders` returns: they can be reminded, and
    whoever does not find it on their desk any more is not.
    """

    since: datetime
    what: str
    who: str
    url: str
    about: str = ""
    due: datetime | None = None
    key: str = ""
    holders: Callable[[], Iterable[Any]] | None = None

    @property
    def is_late(self) -> bool:
        """Whether its time is over."""
        return self.due is not None and self.due < timezone.now()


@dataclass(frozen=True)
class Glance:
    """What a partnership's overview says of a room's things there, in a few lines.

    A line is what it says, and the address that it leads to; the empty one where there is none.
    """

    label: Text
    lines: Sequence[tuple[str, str]]
    url: str = ""


@dataclass(frozen=True)
class Banner:
    """What stands above everything else on a partnership's page until it is over.

    All of it is text in the reader's language; `act` is the link to the page that shows the thing.
    """

    title: str
    text: str
    act: str
    url: str


@dataclass(frozen=True)
class Subject:
    """What a chain of history is the history of."""

    chain: UUID
    code: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Room:
    """What a room brings; each part but the first two may be missing.

    code            the room's name, as in `jointlab.<code>`
    label           what people call it
    door            its entry in the rail
    events          what it records in the history
    labels          fact → value → text, for facts that are codes: {"roles": dict(Role.choices)}
    reads_narrower  whether the person reads the room's narrower events in that chain; or the
                    partnerships within which they read those (history.access)
    chains          yields the things of the room that have a chain of history, with at least one
                    entry from their first day on
    letters         what it writes to people
    waiting         yields what waits for the person whose live memberships these are
    awaited         yields what others have to do, for the person whose live memberships these are
    banners         yields what stands above the page of a partnership, for this reader
    parts           its pages within a partnership's
    glance          what the overview of a partnership says of it to that person; None: nothing
    owing           its things that have people owe something (obligations.subjects.Subjects)
    reminders       what else the nightly letter says (obligations.reminder_sections.Reminders)
    heard           is told what came of each attempt to write a letter: the job's name, its
                    arguments, and the problem or None
    """

    code: str
    label: Text
    door: Door | None = None
    events: Sequence[Event] = ()
    labels: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)
    reads_narrower: Callable[[Any, UUID], bool | Collection[UUID]] | None = None
    chains: Callable[[], Iterable[Subject]] | None = None
    letters: Sequence[Letter[Any]] = ()
    waiting: Callable[[Sequence[Any]], Iterable[Waiting]] | None = None
    awaited: Callable[[Sequence[Any]], Iterable[Awaited]] | None = None
    banners: Callable[[Any, Any], Iterable[Banner]] | None = None
    parts: Sequence[Part] = ()
    glance: Callable[[Any, Any], Glance | None] | None = None
    owing: Any = None
    reminders: Any = None
    heard: Callable[[str, dict[str, Any], Exception | None], None] | None = None


@cache
def all_rooms() -> tuple[Room, ...]:
    """Return every installed room, as the installed apps are ordered: the highest first.

    A room that fails to load fails whoever asks: a desk or a history that leaves a room out in
    silence would say that nothing is there.
    """
    return tuple(
        import_module(f"{config.name}.room").ROOM
        for config in apps.get_app_configs()
        if config.name.startswith("jointlab.") and module_has_submodule(config.module, "room")
    )


class RailEntry(NamedTuple):
    """A room as the rail shows it; `current` is the value of aria-current, empty elsewhere."""

    label: Text
    icon: str
    url: str
    current: str
    waiting: int = 0


def rail(user: Any, path: str) -> list[RailEntry]:
    """Return the rail for this reader on this page; the nearest room above the page is marked."""
    doors = [
        (room.label, room.door, reverse(room.door.url_name))
        for room in all_rooms()
        if room.door and (room.door.public or user.is_authenticated)
    ]
    inside = max((url for _, _, url in doors if path.startswith(url)), key=len, default="")
    here = "page" if inside == path else "true"
    return [
        RailEntry(
            label,
            door.icon,
            url,
            here if url == inside else "",
            door.waiting(user) if door.waiting and user.is_authenticated else 0,
        )
        for label, door, url in doors
    ]
