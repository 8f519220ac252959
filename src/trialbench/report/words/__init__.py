"""What the report says, in each language, with named places for the facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trialbench.report.words import en, ko, zh

WORDS: Final[Mapping[str, Mapping[str, str]]] = {"en": en.WORDS, "zh": zh.WORDS, "ko": ko.WORDS}
"""Language → key → text."""

TAGS: Final = {"en": "en", "zh": "zh-CN", "ko": "ko"}
"""Language → the tag that `lang` attributes carry."""
