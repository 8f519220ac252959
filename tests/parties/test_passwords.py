"""What a password must be is said in the reader's language."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "The password is too short: at least 10 characters."),
        ("zh-hans", "密码太短：至少 10 个字符。"),
        ("ko", "비밀번호가 너무 짧습니다. 10자 이상이어야 합니다."),
    ],
)
def test_a_short_password_is_refused_in_the_readers_language(language: str, words: str) -> None:
    with translation.override(language), pytest.raises(ValidationError) as refused:
        validate_password("Ux7#q")
    assert refused.value.messages == [words]
