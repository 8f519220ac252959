"""Every string that a user sees stands in Chinese and in Korean."""

from __future__ import annotations

import pytest

from jointlab.common import catalogues


@pytest.mark.parametrize("locale", catalogues.LOCALES)
def test_every_string_is_translated_and_no_translation_is_left_over(locale: str) -> None:
    assert catalogues.faults(locale) == [], "python -m jointlab.common.catalogues extract, prune"
