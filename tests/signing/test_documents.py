"""What a document gets from the instance, in its process."""

from __future__ import annotations

import pytest
from django.utils import timezone

from jointlab.signing import instance
from jointlab.signing.services.documents import add_time
from jointlab.signing.signatures.examination import examine
from tests.signing.make import make_sealed


@pytest.mark.django_db
def test_a_time_of_the_instance_is_added_in_a_field_of_its_own() -> None:
    before = make_sealed()
    after = add_time(before, field="time-1", at=timezone.now())

    assert after.startswith(before)
    found = examine(after, trust=instance.trusted(), complete=False)
    assert found.ok, found.problems
    assert [each.field for each in found.timestamps] == ["time-1"]
