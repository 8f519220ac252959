"""What the room's events say in the history, joined."""

from __future__ import annotations

from jointlab.agreements.sentences import drafting, life, signing
from jointlab.common.events import Sentence
from jointlab.common.names import Text

PARTS = (drafting, signing, life)
SENTENCES: dict[str, Sentence] = {}
PASSIVE: dict[str, Sentence] = {}
KINDS: dict[str, Text] = {}
LABELS: dict[str, dict[str, Text]] = {}
for part in PARTS:
    SENTENCES |= part.SENTENCES
    PASSIVE |= getattr(part, "PASSIVE", {})
    KINDS |= part.KINDS
    LABELS |= part.LABELS
