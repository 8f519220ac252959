"""What the database refuses, whoever asks: no laboratory and no unveiling by any other door."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from jointlab.common.rows import uuid7
from jointlab.laboratory.models import Laboratory
from tests.cast import Cast
from tests.laboratory.make import (
    confirm,
    end,
    fresh,
    make_agreement,
    make_ready,
    make_unveiled,
    tomorrow,
    yesterday,
)

FOUND = """
INSERT INTO laboratory_laboratory (id, partnership_id, agreement_id, code, version, founded_on,
  unveiled_on, name_en, name_zh, name_ko, about_en, about_zh, about_ko)
VALUES (%(id)s, %(partnership)s, %(agreement)s, 'by-sql', 1, %(founded)s, %(unveiled)s,
  'By SQL', '', '', '', '', '')
"""
UNVEIL = "UPDATE laboratory_laboratory SET unveiled_on = %s WHERE id = %s"


def run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values[0] if values and isinstance(values[0], dict) else values)


@contextmanager
def refused(constraint: str) -> Iterator[None]:
    """Expect the database's refusal by that name."""
    with pytest.raises(IntegrityError) as told, transaction.atomic():
        yield
    cause = told.value.__cause__
    assert isinstance(cause, psycopg.Error)
    assert cause.diag.constraint_name == constraint


def found(cast: Cast, agreement: Any, **values: Any) -> None:
    given = {
        "id": uuid7(),
        "partnership": cast.partnership.pk,
        "agreement": agreement.pk,
        "founded": timezone.localdate(),
        "unveiled": None,
    }
    run(FOUND, given | values)


def test_sql_founds_a_laboratory_under_an_agreement_in_force(cast: Cast) -> None:
    found(cast, make_agreement(cast.partnership))
    assert Laboratory.objects.get().code == "by-sql"


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "confidentiality"},
        {"kind": "project"},
        {"kind": "placement"},
        {"state": "draft", "signed_at": None},
        {"state": "approved", "signed_at": None},
        {"state": "signing", "signed_at": None},
        {"state": "withdrawn", "signed_at": None},
        {"starts_on": tomorrow()},
        {"starts_on": yesterday(), "ends_on": yesterday()},
        {"starts_on": yesterday(), "ends_on": yesterday(), "ending": "terminated"},
    ],
    ids=str,
)
def test_without_an_agreement_in_force_sql_founds_nothing(
    cast: Cast, values: dict[str, Any]
) -> None:
    agreement = make_agreement(cast.partnership, **values)
    with refused("laboratory_under_agreement"):
        found(cast, agreement)


def test_another_partnerships_agreement_carries_no_laboratory(cast: Cast) -> None:
    agreement = make_agreement(cast.other_partnership)
    with refused("laboratory_under_agreement"):
        found(cast, agreement)


def test_a_partnership_that_has_ended_gets_no_laboratory(cast: Cast) -> None:
    agreement = make_agreement(cast.partnership)
    end(cast)
    with refused("laboratory_under_agreement"):
        found(cast, agreement)


@pytest.mark.parametrize("days", [-30, 30])
def test_nothing_is_founded_on_another_day_than_today(cast: Cast, days: int) -> None:
    day = timezone.localdate() + timedelta(days=days)
    agreement = make_agreement(cast.partnership, starts_on=min(day, timezone.localdate()))
    with refused("laboratory_under_agreement"):
        found(cast, agreement, founded=day)


def test_nothing_is_founded_unveiled(cast: Cast) -> None:
    with refused("laboratory_every_side_confirms"):
        found(cast, make_agreement(cast.partnership), unveiled=timezone.localdate())


@pytest.mark.parametrize("words", [[], ["vice_president"], ["general_manager"]], ids=str)
def test_without_the_word_of_every_side_nothing_is_unveiled(cast: Cast, words: list[str]) -> None:
    laboratory = make_ready(cast)
    for name in words:
        confirm(cast, name, laboratory)
    with refused("laboratory_every_side_confirms"):
        run(UNVEIL, timezone.localdate(), laboratory.pk)


def test_a_stranger_s_word_is_no_sides_word(cast: Cast) -> None:
    laboratory = make_ready(cast)
    confirm(cast, "vice_president", laboratory)
    laboratory.confirmations.create(
        organisation=cast.other_university, by=cast.other_office, version=laboratory.version
    )
    with refused("laboratory_every_side_confirms"):
        run(UNVEIL, timezone.localdate(), laboratory.pk)


def test_words_for_an_older_version_unveil_nothing(cast: Cast) -> None:
    laboratory = make_ready(cast)
    for side, by in ((cast.university, cast.dean), (cast.enterprise, cast.hr)):
        laboratory.confirmations.create(organisation=side, by=by, version=laboratory.version - 1)
    with refused("laboratory_every_side_confirms"):
        run(UNVEIL, timezone.localdate(), laboratory.pk)


def test_words_for_this_version_unveil_it(cast: Cast) -> None:
    laboratory = make_ready(cast)
    for side, by in ((cast.university, cast.dean), (cast.enterprise, cast.hr)):
        laboratory.confirmations.create(organisation=side, by=by, version=laboratory.version)
    run(UNVEIL, timezone.localdate(), laboratory.pk)
    assert fresh(laboratory).unveiled_on == timezone.localdate()


@pytest.mark.parametrize(
    "values",
    [
        {"starts_on": yesterday(), "ends_on": yesterday(), "ending": "terminated"},
        {"kind": "project"},
    ],
    ids=["terminated", "of another kind"],
)
def test_after_its_agreement_sql_unveils_nothing(cast: Cast, values: dict[str, Any]) -> None:
    laboratory = make_ready(cast)
    confirm(cast, "vice_president", laboratory)
    laboratory.confirmations.create(
        organisation=cast.enterprise, by=cast.hr, version=laboratory.version
    )
    cast.partnership.agreements.update(**values)
    with refused("laboratory_under_agreement"):
        run(UNVEIL, timezone.localdate(), laboratory.pk)


def test_a_laboratory_does_not_move_to_what_does_not_carry_it(cast: Cast) -> None:
    laboratory = make_ready(cast)
    other = make_agreement(cast.other_partnership)
    move = "UPDATE laboratory_laboratory SET agreement_id = %s WHERE id = %s"
    with refused("laboratory_under_agreement"):
        run(move, other.pk, laboratory.pk)
    with refused("laboratory_under_agreement"):
        run(
            "UPDATE laboratory_laboratory SET partnership_id = %s WHERE id = %s",
            cast.other_partnership.pk,
            laboratory.pk,
        )


@pytest.mark.parametrize("day", [None, "another"])
def test_an_unveiling_is_not_undone(cast: Cast, day: str | None) -> None:
    laboratory = make_unveiled(cast)
    with refused("laboratory_unveiled_once"):
        run(UNVEIL, yesterday() if day else None, laboratory.pk)


def test_an_unveiled_laboratory_is_not_deleted(cast: Cast) -> None:
    laboratory = make_unveiled(cast)
    laboratory.directions.all().delete()
    laboratory.seats.all().delete()
    with refused("laboratory_unveiled_once"):
        run("DELETE FROM laboratory_laboratory WHERE id = %s", laboratory.pk)
    with refused("laboratory_word_stands"):
        laboratory.confirmations.all().delete()


def test_a_word_is_not_put_into_another_mouth(cast: Cast) -> None:
    laboratory = make_ready(cast)
    confirm(cast, "vice_president", laboratory)
    with refused("laboratory_word_stands"):
        laboratory.confirmations.update(organisation=cast.enterprise)


def test_a_laboratory_in_preparation_is_deleted_with_its_parts(cast: Cast) -> None:
    laboratory = make_ready(cast)
    confirm(cast, "vice_president", laboratory)
    laboratory.delete()
    assert not Laboratory.objects.exists()
