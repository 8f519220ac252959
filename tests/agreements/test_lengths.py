"""What is written is taken up to its limit, and one character more is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jointlab.agreements.negotiation.services.approving import reopen_agreement, withdraw_agreement
from jointlab.agreements.negotiation.services.comments import comment
from jointlab.common.errors import Refusal
from jointlab.obligations.services.obligations import Upload
from tests.agreements.make import make_agreement, make_approved
from tests.agreements.test_publications import give, make_in_force, refuse
from tests.cast import Cast
from tests.obligations.test_obligations import give_back, meet, owing

pytestmark = pytest.mark.django_db


def refused(act: Callable[[int], object], most: int) -> object:
    """Do it with one too many, which is refused, and then with as many as may be."""
    with pytest.raises(Refusal, match=str(most)):
        act(most + 1)
    return act(most)


def test_a_comment_has_at_most_4000_characters(cast: Cast) -> None:
    agreement = make_agreement(cast)
    refused(lambda n: comment(by=cast.dean, agreement=agreement, text="x" * n), 4000)


def test_a_reason_to_reopen_or_to_withdraw_has_at_most_2000_characters(cast: Cast) -> None:
    office, approved, draft = cast.university_office, make_approved(cast), make_agreement(cast)
    refused(lambda n: reopen_agreement(by=office, agreement=approved, reason="x" * n), 2000)
    refused(lambda n: withdraw_agreement(by=office, agreement=draft, reason="x" * n), 2000)


def test_an_objection_to_a_publication_has_at_most_2000_characters(cast: Cast) -> None:
    row = give(cast, make_in_force(cast, terms={"publication_notice_days": 45}))
    refused(lambda n: refuse(cast, row, why="x" * n), 2000)


def test_a_reason_to_give_back_what_was_done_has_at_most_2000_characters(cast: Cast) -> None:
    agreement = owing(cast)
    meet(cast, agreement)
    refused(lambda n: give_back(cast, agreement, reason="x" * n), 2000)


def test_what_was_done_is_shown_by_at_most_ten_files(cast: Cast) -> None:
    agreement = owing(cast)
    refused(
        lambda n: meet(cast, agreement, uploads=[Upload(f"{i}", "", b"x") for i in range(n)]), 10
    )
