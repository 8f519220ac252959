"""An event of the history, declared once: its name, its sentence, and who reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from jointlab.common.names import Text

Facts = Mapping[str, Any]
Sentence = Text | Callable[[Facts], Text]


@dataclass(frozen=True)
class Event:
    """One kind of act, as `history.services.record` writes it and the timeline tells it.

    name      dotted, the room first: "parties.member_added"
    sentence  a lazy text whose placeholders are the facts that are recorded, and `actor`; or a
              function of the facts that returns one, where a fact may be missing
    kind      what happened in two or three words, for the timeline's filter
    passive   the sentence for when nobody acted, in the place of "the platform"
    narrower  read only by those of whom the room's `reads_narrower` says so; the room keeps the
              indexes in which such entries are skipped
    milestone it belongs to the life of the cooperation as told in a dozen lines
    """

    name: str
    sentence: Sentence
    kind: Text
    passive: Sentence | None = None
    narrower: bool = False
    milestone: bool = False


def events_of(module: ModuleType) -> tuple[Event, ...]:
    """Return every event that a room's `events.py` declares."""
    return tuple(value for value in vars(module).values() if isinstance(value, Event))
