"""The operator's pages."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest
from django.urls import reverse

from jointlab.parties.models import Organisation, Partnership
from tests.cast import Cast
from tests.data import DATA, with_data
from tests.parties.reader import Reader
from tests.parties.test_ror import REDUCED, written


def test_the_operator_adds_an_organisation_and_opens_a_partnership(
    cast: Cast, reader: Reader
) -> None:
    reader.sign_in("operator")
    form = {"name_own": "Third Works", "language_own": "en", "kind": "enterprise"}
    assert reader.post("add-organisation", **form).status_code == 302
    third = Organisation.objects.get(name_own="Third Works")
    text = reader.get("open-partnership", q="third works", organisation=[str(cast.university.pk)])
    chosen = f"?organisation={cast.university.pk}&amp;organisation={third.pk}"
    assert chosen in text
    assert "Code and names" not in text
    sides = f"?organisation={cast.university.pk}&organisation={third.pk}"
    assert (
        "Code and names"
        in reader.client.get(reverse("parties:open-partnership") + sides).content.decode()
    )
    names = {"code": "third", "name_en": "Third"}
    answer = reader.client.post(reverse("parties:open-partnership") + sides, names)
    assert answer.status_code == 302
    partnership = Partnership.objects.get(code="third")
    assert [side.organisation for side in partnership.sides.all()] == [cast.university, third]
    text = reader.get("partnerships-opened", q="third")
    assert text.count("No office member yet") == 2
    assert reverse("parties:invitations", args=["third"]) in text
    assert "Northlake" not in re.sub(r"Northlake University", "", text)


@pytest.mark.parametrize("query", ["", "?organisation=x", "?organisation=&q=%00"])
def test_a_partnership_without_two_sides_is_refused_and_not_opened(
    cast: Cast, reader: Reader, query: str
) -> None:
    reader.sign_in("operator")
    address = reverse("parties:open-partnership") + query
    assert reader.client.get(address).status_code == 200
    answer = reader.client.post(address, {"code": "third", "name_en": "Third"})
    assert answer.status_code == 200
    assert not Partnership.objects.filter(code="third").exists()


def test_the_operator_finds_organisations_by_name_or_id(cast: Cast, reader: Reader) -> None:
    Organisation.objects.filter(pk=cast.university.pk).update(ror="03cve4549")
    reader.sign_in("operator")
    for words in ("북호", "노스레이크", "北湖", "northlake", "03CVE4549"):
        found = "Northlake University" in reader.get("organisations", q=words)
        assert found == (words != "북호"), words


def test_ror_fills_the_form_and_knows_what_was_taken_over(
    cast: Cast, reader: Reader, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader.sign_in("operator")
    monkeypatch.delenv("JOINTLAB_DATA", raising=False)
    assert "data are not here" in reader.get("find-in-ror", q="清华")
    (tmp_path / "organisations-ror").mkdir()
    plain = written(tmp_path / "plain", REDUCED)
    packed = tmp_path / "organisations-ror" / "ror_subset.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    monkeypatch.setenv("JOINTLAB_DATA", str(tmp_path))
    text = reader.get("find-in-ror", q="清华")
    assert f"{reverse('parties:add-organisation')}?ror=03cve4549" in text
    text = reader.get("add-organisation", ror="03cve4549")
    for value in ("清华大学", "칭화대학교", "Tsinghua University", "03cve4549", "zh-Hans"):
        assert f'value="{value}"' in text
    form = {"name_own": "清华大学", "language_own": "zh-Hans", "kind": "university"}
    assert reader.post("add-organisation", **form, ror="03cve4549").status_code == 302
    assert "Taken over" in reader.get("find-in-ror", q="tsinghua")


@with_data
def test_the_shared_data_are_searched(
    cast: Cast, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOINTLAB_DATA", str(DATA))
    text = reader.sign_in("operator").get("find-in-ror", q="重庆邮电")
    assert "Chongqing University of Posts and Telecommunications" in text
