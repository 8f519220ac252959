"""What an amendment or a renewal may follow."""

from __future__ import annotations

import pytest
from django.utils import timezone

from jointlab.agreements.models import Agreement
from jointlab.common.errors import Refusal
from tests.agreements.in_force import make_in_force
from tests.agreements.make import make_agreement
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("partnership", "office", "relation"),
    [
        ("other_partnership", "other_office", "amendment"),
        ("other_partnership", "other_office", "renewal"),
        ("partnership", "university_office", "supplement"),
        ("partnership", "university_office", ""),
    ],
)
def test_it_amends_or_renews_an_agreement_of_its_own_partnership(
    cast: Cast, partnership: str, office: str, relation: str
) -> None:
    followed = make_in_force(cast)
    with pytest.raises(Refusal, match="follows an agreement of the same partnership"):
        make_agreement(
            cast,
            by=office,
            partnership=getattr(cast, partnership),
            start=timezone.localdate(),
            follows=followed,
            relation=relation,
        )
    assert Agreement.objects.get() == followed
