"""The unveiling: an act of both sides."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from jointlab.common.errors import Changed, NotAllowed, NotNow, NotVisible, Refusal
from jointlab.history.models import Entry
from jointlab.laboratory.models import Laboratory, Standing
from jointlab.laboratory.services.laboratories import edit_laboratory
from jointlab.laboratory.services.unveiling import confirm_unveiling, take_back_confirmation
from tests.cast import Cast
from tests.jobs import run_jobs
from tests.laboratory.make import (
    confirm,
    end,
    fresh,
    make_agreement,
    make_laboratory,
    make_ready,
    make_unveiled,
    yesterday,
)
from tests.parties.told import count, last


def events(cast: Cast, number: int) -> list[str]:
    entries = Entry.objects.filter(chain=cast.partnership.pk).order_by("-number")[:number]
    return [entry.event for entry in entries][::-1]


def test_the_word_of_one_side_unveils_nothing(cast: Cast) -> None:
    laboratory = make_ready(cast)
    confirm(cast, "vice_president", laboratory)
    assert fresh(laboratory).standing is Standing.PREPARING
    entry = last(cast.partnership)
    assert (entry.event, entry.actor) == (
        "laboratory.unveiling_confirmed",
        cast.vice_president.pk,
    )
    assert entry.facts["organisation"]["id"] == str(cast.university.pk)


def test_the_word_of_the_last_side_unveils_it(cast: Cast) -> None:
    laboratory = make_ready(cast)
    confirm(cast, "general_manager", laboratory)
    unveiled = confirm(cast, "vice_president", laboratory)
    assert (unveiled.standing, unveiled.unveiled_on) == (Standing.OPEN, timezone.localdate())
    assert fresh(laboratory).unveiled_on == timezone.localdate()
    assert events(cast, 2) == ["laboratory.unveiling_confirmed", "laboratory.unveiled"]
    entry = last(cast.partnership)
    assert entry.facts["agreement"]["id"] == str(unveiled.agreement_id)


def test_it_is_unveiled_under_the_agreement_that_is_in_force_then(cast: Cast) -> None:
    laboratory = make_ready(cast)
    cast.partnership.agreements.update(starts_on=yesterday(), ends_on=yesterday())
    later = make_agreement(cast.partnership)
    confirm(cast, "general_manager", laboratory)
    assert confirm(cast, "vice_president", laboratory).agreement == later


def test_a_side_confirms_once(cast: Cast) -> None:
    laboratory = make_ready(cast)
    confirm(cast, "vice_president", laboratory)
    with pytest.raises(NotNow, match="confirmed it already"):
        confirm(cast, "vice_president", laboratory)
    confirm(cast, "general_manager", laboratory)
    with pytest.raises(NotNow, match="unveiled already"):
        confirm(cast, "general_manager", laboratory)


def test_what_was_changed_since_it_was_read_is_not_confirmed(cast: Cast) -> None:
    laboratory = make_ready(cast)
    edit_laboratory(
        by=cast.enterprise_office,
        laboratory=laboratory,
        version=laboratory.version,
        about_en="Something else.",
    )
    with pytest.raises(Changed, match="Read it again"):
        confirm_unveiling(by=cast.vice_president, laboratory=laboratory, version=laboratory.version)
    assert not laboratory.confirmations.exists()


def test_what_lacks_something_is_not_confirmed(cast: Cast) -> None:
    laboratory = make_laboratory(cast)
    with pytest.raises(
        Refusal, match=r"before the unveiling: Add at least one direction\. A director of"
    ):
        confirm(cast, "vice_president", laboratory)


@pytest.mark.parametrize("name", ["university_office", "dean", "auditor"])
def test_no_other_role_confirms(cast: Cast, name: str) -> None:
    laboratory = make_ready(cast)
    with pytest.raises(NotAllowed):
        confirm(cast, name, laboratory)
    with pytest.raises(NotAllowed):
        take_back_confirmation(by=cast.people[name], laboratory=laboratory)
    with pytest.raises(NotVisible):
        confirm(cast, "other_office", laboratory)


@pytest.mark.parametrize("words", [0, 1])
@pytest.mark.parametrize(
    "values",
    [
        {"starts_on": yesterday(), "ends_on": yesterday()},
        {"starts_on": yesterday(), "ends_on": yesterday(), "ending": "terminated"},
        {"kind": "confidentiality"},
    ],
    ids=["expired", "terminated", "confidentiality"],
)
def test_after_its_agreement_nothing_is_unveiled(
    cast: Cast, values: dict[str, Any], words: int
) -> None:
    laboratory = make_ready(cast)
    for name in ("vice_president",)[:words]:
        confirm(cast, name, laboratory)
    cast.partnership.agreements.update(**values)
    make_agreement(cast.other_partnership)
    with pytest.raises(NotNow, match="that is in force"):
        confirm(cast, "general_manager", laboratory)
    assert fresh(laboratory).unveiled_on is None


def test_after_the_end_of_the_partnership_nothing_is_unveiled(cast: Cast) -> None:
    laboratory = make_ready(cast)
    confirm(cast, "vice_president", laboratory)
    read_before = Laboratory.objects.select_related("partnership").get(pk=laboratory.pk)
    end(cast)
    for read in (read_before, fresh(laboratory)):
        with pytest.raises(NotAllowed):
            confirm(cast, "general_manager", read)
    assert fresh(laboratory).unveiled_on is None


# taking back


def test_a_side_takes_its_word_back_before_the_unveiling(cast: Cast) -> None:
    laboratory = make_ready(cast)
    confirm(cast, "vice_president", laboratory)
    with pytest.raises(NotNow, match="has not confirmed"):
        take_back_confirmation(by=cast.general_manager, laboratory=laboratory)
    take_back_confirmation(by=cast.vice_president, laboratory=laboratory)
    assert not laboratory.confirmations.exists()
    entry = last(cast.partnership)
    assert entry.event == "laboratory.confirmation_taken_back"
    assert entry.facts["organisation"]["id"] == str(cast.university.pk)


def test_an_unveiling_is_not_taken_back(cast: Cast) -> None:
    laboratory = make_unveiled(cast)
    before = count(cast.partnership)
    with pytest.raises(NotNow, match="unveiled already"):
        take_back_confirmation(by=cast.vice_president, laboratory=laboratory)
    assert (fresh(laboratory).standing, count(cast.partnership)) == (Standing.OPEN, before)


# letters


def told() -> dict[str, set[str]]:
    """Do the jobs; return whom each letter went to, by subject."""
    mail.outbox.clear()
    run_jobs()
    letters: dict[str, set[str]] = {}
    for letter in mail.outbox:
        letters.setdefault(letter.subject, set()).update(letter.to)
    return letters


def test_the_other_side_is_told_of_a_word(cast: Cast) -> None:
    laboratory = make_ready(cast)
    told()
    confirm(cast, "vice_president", laboratory)
    subject = "Northlake University has confirmed the unveiling: Laboratory of vehicle electronics"
    assert told() == {subject: {cast.enterprise_office.email, cast.general_manager.email}}
    assert "/en/laboratories/joint-lab/inside/" in mail.outbox[0].body


def test_nobody_is_told_of_a_word_that_was_taken_back(cast: Cast) -> None:
    laboratory = make_ready(cast)
    told()
    confirm(cast, "vice_president", laboratory)
    take_back_confirmation(by=cast.vice_president, laboratory=laboratory)
    assert told() == {}


def test_offices_signatories_and_directors_are_told_of_the_unveiling(cast: Cast) -> None:
    laboratory = make_ready(cast)
    confirm(cast, "vice_president", laboratory)
    told()
    confirm(cast, "general_manager", laboratory)
    names = (
        "university_office",
        "enterprise_office",
        "vice_president",
        "general_manager",
        "dean",
        "division_head",
    )
    assert told() == {
        "Unveiled: Laboratory of vehicle electronics": {cast.people[name].email for name in names}
    }
    assert "/en/laboratories/joint-lab/\n" in mail.outbox[0].body


def test_a_letter_is_in_its_readers_language(cast: Cast) -> None:
    laboratory = make_ready(cast)
    told()
    type(cast.general_manager).objects.filter(pk=cast.general_manager.pk).update(language="ko")
    confirm(cast, "vice_president", laboratory)
    assert any("현판 제막" in subject for subject in told())
