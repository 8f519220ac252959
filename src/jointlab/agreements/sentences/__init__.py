"""What the room's events say in the history, joined."""

from __future__ import annotations

from jointlab.common.names import Text
from jointlab.history.telling import Sentence

SENTENCES: dict[str, Sentence] = {}
KINDS: dict[str, Text] = {}
LABELS: dict[str, dict[str, Text]] = {}
