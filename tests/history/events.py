"""Events that no room has, for tests of the chain itself."""

from __future__ import annotations

from jointlab.common.events import Event

TRIED = Event("history.tried", "%(actor)s tried.", kind="tried")
DONE = Event("nowhere.done", "%(actor)s did it.", kind="done")
OTHER = Event("other.done", "%(actor)s did another thing.", kind="done")
