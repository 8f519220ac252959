"""When a history was last examined, and what came out: on its page, and never pretended."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from jointlab.history import queries
from jointlab.history.models import Check, Entry
from jointlab.history.queries import integrity_of
from jointlab.history.services import check_chain, check_every_chain
from jointlab.parties.services.partnerships import describe_partnership
from tests.cast import OWN, Cast
from tests.jobs import run_jobs


def page(cast: Cast, name: str = "auditor", language: str = "en") -> str:
    client = Client()
    client.force_login(cast.people[name])
    with translation.override(language):
        html = client.get(reverse("parties:history", args=[OWN])).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def describe(cast: Cast) -> None:
    describe_partnership(
        by=cast.university_office,
        partnership=cast.partnership,
        version=cast.partnership.version,
        purpose_en="Measuring slip.",
    )


def test_what_nobody_has_checked_is_not_called_whole(cast: Cast) -> None:
    number = Entry.objects.filter(chain=cast.partnership.pk).count()
    assert f"{number} entries, not checked yet" in page(cast)
    assert "whole" not in page(cast)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "entries, whole"), ("zh-hans", "条记录，完整无误"), ("ko", "건, 온전함")],
)
def test_what_was_examined_says_how_far_and_when(cast: Cast, language: str, said: str) -> None:
    check_every_chain()
    check = Check.objects.get(chain=cast.partnership.pk)
    assert check.entries == Entry.objects.filter(chain=cast.partnership.pk).count()
    assert said in page(cast, language=language)


def test_what_was_written_since_then_is_not_counted_as_checked(cast: Cast) -> None:
    check_chain(cast.partnership.pk)
    number = Check.objects.get(chain=cast.partnership.pk).entries
    describe(cast)
    said = page(cast)
    assert f"{number} entries, whole" in said
    assert "1 entry since then" in said


def test_a_history_that_does_not_fit_is_said_to_be_none(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = queries.links

    def tampered(chain: Any) -> Any:
        for link in real(chain):
            yield replace(link, record="{}") if link.number == 3 else link

    monkeypatch.setattr(queries, "links", tampered)
    check_chain(cast.partnership.pk)
    check = Check.objects.get(chain=cast.partnership.pk)
    assert check.fault.startswith("entry 3 does not fit")
    assert "The history does not fit" in page(cast)
    assert "whole" not in page(cast)


def test_it_is_checked_anew_when_an_office_or_an_auditor_asks(cast: Cast, client: Client) -> None:
    client.force_login(cast.auditor)
    assert client.post(reverse("parties:check-history", args=[OWN])).status_code == 302
    assert integrity_of(cast.partnership.pk).check is None
    assert run_jobs() == ["history.check_chain"]
    first = integrity_of(cast.partnership.pk)
    assert first.check is not None
    assert (first.state, first.since) == ("passed", 0)
    assert first.check.at <= timezone.now()
    assert "Check now" in page(cast)
    assert "Check now" not in page(cast, "dean")


def test_what_is_kept_of_each_chain_is_what_came_out_last(cast: Cast) -> None:
    check_every_chain()
    describe(cast)
    check_every_chain()
    check = Check.objects.get(chain=cast.partnership.pk)
    assert check.entries == Entry.objects.filter(chain=cast.partnership.pk).count()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT chain) FROM history_entry")
        assert cursor.fetchone() == (Check.objects.count(),)
