"""The story is told chapter by chapter, each whole or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.hashers import get_hasher
from django.test import override_settings

from jointlab.demo import story
from jointlab.demo.cast import OPERATOR, PARTNERSHIP, PASSWORD
from jointlab.parties.models import Membership, Person


def test_each_chapter_that_is_cut_off_leaves_nothing_and_the_next_telling_goes_on_with_it(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for cut, chapter in enumerate(story.CHAPTERS):

        def cut_off(chapter: story.Chapter = chapter) -> None:
            chapter.tell()
            assert chapter.is_told()
            raise KeyboardInterrupt

        chapters = list(story.CHAPTERS)
        chapters[cut] = chapter._replace(tell=cut_off)
        with monkeypatch.context() as patch:
            patch.setattr(story, "CHAPTERS", tuple(chapters))
            with pytest.raises(KeyboardInterrupt):
                story.tell()
        told = [chapter.is_told() for chapter in story.CHAPTERS[: cut + 1]]
        assert told == [True] * cut + [False]
    story.tell()
    assert all(chapter.is_told() for chapter in story.CHAPTERS)
    memberships = Membership.objects.filter(partnership__code=PARTNERSHIP)
    assert memberships.count() == len(story.sign_in_lines()) - 2


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"])
def test_passwords_are_hashed_lightly_until_the_first_sign_in(db: None) -> None:
    hasher: Any = get_hasher()
    usual = hasher.iterations
    story.tell()
    assert hasher.iterations == usual
    operator = Person.objects.get(email=OPERATOR)
    assert hasher.decode(operator.password)["iterations"] == 1000
    assert operator.check_password(PASSWORD)
    operator.refresh_from_db()
    assert hasher.decode(operator.password)["iterations"] == usual
