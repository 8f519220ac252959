"""The day by which every rule counts, wherever somebody reads."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import jointlab
from jointlab.common import days
from jointlab.parties.models import Membership
from tests.cast import Cast

FURTHEST_WEST, FURTHEST_EAST = "Pacific/Pago_Pago", "Pacific/Kiritimati"


@pytest.mark.parametrize("zone", [FURTHEST_WEST, FURTHEST_EAST])
def test_the_zone_of_whoever_reads_moves_no_day(zone: str) -> None:
    """Shanghai's 1 December begins at 16:00 of 30 November by Greenwich."""
    moment = datetime(2026, 11, 30, 16, tzinfo=UTC)
    with (
        timezone.override(ZoneInfo(zone)),
        mock.patch("django.utils.timezone.now", return_value=moment),
    ):
        assert days.today() == date(2026, 12, 1)
        assert days.start_of(days.today()) == moment
        assert days.day_of(moment - timedelta(microseconds=1)) == date(2026, 11, 30)
        assert days.end_of(date(2026, 11, 30)) == moment - timedelta(microseconds=1)


def test_a_zone_further_west_does_not_prolong_a_membership(cast: Cast, client: Client) -> None:
    """There it is still its last day; the instance's is over."""
    own = Membership.objects.get(person=cast.engineer)
    Membership.objects.filter(pk=own.pk).update(until=own.since)
    cast.engineer.time_zone = FURTHEST_WEST
    cast.engineer.save()
    client.force_login(cast.engineer)
    page = reverse("parties:partnership", args=[cast.partnership.code])
    early = days.start_of(own.since + timedelta(days=1)) + timedelta(hours=1)
    assert client.get(page).status_code == 200
    with mock.patch("django.utils.timezone.now", return_value=early):
        assert timezone.localdate(timezone=ZoneInfo(FURTHEST_WEST)) == own.since
        assert client.get(page).status_code == 404


def test_no_rule_asks_the_zone_of_whoever_reads() -> None:
    asked = re.compile(r"localdate\(\)|default=timezone\.localdate|date\.today\(")
    sources = Path(jointlab.__file__).parent.rglob("*.py")
    found = [
        path.name
        for path in sources
        if "migrations" not in path.parts and asked.search(path.read_text())
    ]
    assert found == []
