"""What waits for a person: a room's `queries.waiting_for(own)` yields these for the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Waiting:
    """One thing that waits, with the act that clears it.

    `since` orders the desk, oldest first; `due` is shown when there is one. `what`, `act` and
    `about` (the partnership or the like) are text in the reader's language.
    """

    since: datetime
    what: str
    act: str
    url: str
    about: str = ""
    due: datetime | None = None
