"""A partnership's pages."""

from __future__ import annotations

import re

from django.urls import reverse
from django.utils import timezone

from jointlab.parties.models import Partnership
from jointlab.parties.services.partnerships import bring_into_force, edit_partnership
from tests.cast import OWN, Cast
from tests.parties.reader import Reader, member


def test_the_list_shows_ones_partnerships_with_their_sides(reader: Reader) -> None:
    text = reader.get("partnerships")
    assert "Northlake and Asterion" in text
    assert "In preparation" in text
    assert "Southgate" not in text
    assert "You are in no partnership now." in reader.sign_in("outsider").get("partnerships")


def test_a_partnership_says_what_it_is_where_it_stands_and_who_is_in_it(
    cast: Cast, reader: Reader
) -> None:
    bring_into_force(
        by=cast.vice_president,
        partnership=cast.partnership,
        since=timezone.localdate(),
        until=None,
    )
    text = reader.get("partnership", OWN)
    assert re.search(r"<h1>.*Northlake and Asterion.*</h1>", text)
    assert re.search(r'aria-current="step">.*?In force', text, re.S)
    assert text.index("Asterion Automotive") < text.index("General manager")
    assert "School of automation" in text
    earlier = text[text.index('id="earlier"') :]
    assert "Engineer until lately" in earlier
    assert "Engineer until lately" not in text[: text.index('id="earlier"')]


def test_the_latest_history_stands_beside_it_for_those_who_may_read_it(reader: Reader) -> None:
    assert "Latest history" in reader.get("partnership", OWN)
    assert "Latest history" not in reader.sign_in("student").get("partnership", OWN)


def test_nobody_is_offered_what_they_may_not_do(cast: Cast, reader: Reader) -> None:
    change = reverse("parties:change-membership", args=[OWN, member(cast, "researcher")])
    foreign = reverse("parties:change-membership", args=[OWN, member(cast, "engineer")])
    text = reader.get("partnership", OWN) + reader.get("people", OWN)
    assert "Edit names" in text
    assert change in text
    assert foreign not in text
    reader.sign_in("dean")
    text = reader.get("partnership", OWN) + reader.get("people", OWN)
    assert "Edit names" not in text
    assert "Invite" not in text
    assert change not in text


def test_what_a_partnership_is_for_stands_on_its_page(cast: Cast, reader: Reader) -> None:
    answer = reader.post(
        "describe-partnership", OWN, version="1", purpose_en="Research, tested by <industry>."
    )
    assert answer.status_code == 302
    assert "Research, tested by &lt;industry&gt;." in reader.get("partnership", OWN)


def test_an_office_renames_the_partnership(cast: Cast, reader: Reader) -> None:
    names = {"name_en": "New name", "name_zh": "", "name_ko": "새 이름", "version": 1}
    answer = reader.post("edit-partnership", OWN, **names)
    assert answer.status_code == 302
    assert Partnership.objects.get(code=OWN).names == {"en": "New name", "ko": "새 이름"}
    assert "Your changes are saved." in reader.get("partnership", OWN)


def test_who_saves_second_sees_both_versions_and_decides(cast: Cast, reader: Reader) -> None:
    edit_partnership(
        by=cast.enterprise_office, partnership=cast.partnership, version=1, name_en="Theirs"
    )
    names = {"name_en": "Mine", "name_zh": "北湖与阿斯特", "name_ko": "", "version": 1}
    text = reader.post("edit-partnership", OWN, **names).content.decode()
    assert "Somebody else changed this meanwhile." in text
    both = re.findall(r"<bdi>(.*?)</bdi>", text[text.index("Both versions") :])
    assert both[:4] == ["Theirs", "Mine", "노스레이크와 아스테리온", "—"]
    assert 'value="Mine"' in text
    version = re.search(r'name="version" value="(\d+)"', text)
    assert version
    reader.post("edit-partnership", OWN, **{**names, "version": version.group(1)})
    assert Partnership.objects.get(code=OWN).name_en == "Mine"
