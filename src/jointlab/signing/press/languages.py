"""Languages and names as they stand on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jointlab.common.names import pick

# As Typst names them: the language, and the region that chooses the forms of characters.
REGIONS = {"en": ("en", "GB"), "zh-hans": ("zh", "CN"), "ko": ("ko", "KR")}
BETWEEN = "  ·  "
Names = Mapping[str, str]


def typst_language(language: str) -> dict[str, str]:
    """Return a language as Typst names it."""
    lang, region = REGIONS[language]
    return {"lang": lang, "region": region}


def distinct_names(names: Names, order: Sequence[str]) -> list[str]:
    """Return a thing's different names, its own script first, then in the order of languages."""
    ways = (names.get("own", ""), *(names.get(language, "") for language in order))
    return list(dict.fromkeys(filter(None, ways))) or [pick(dict(names), order[0])]
