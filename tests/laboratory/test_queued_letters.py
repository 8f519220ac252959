"""Letters that an older version queued are written after the upgrade, too."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from jointlab.agreements.models import Agreement
from tests.agreements.in_force import day, dues_of, duty, make_in_force
from tests.cast import Cast
from tests.jobs import run_jobs
from tests.laboratory.make import make_unveiled

LETTERS = import_module("jointlab.laboratory.migrations.0003_queued_letters").LETTERS


def queue(task: str, **arguments: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', %s, %s)",
            [task, json.dumps(arguments)],
        )


def upgrade() -> list[str]:
    """Hand them over as the migration does, and do them; return the addresses written to."""
    with connection.cursor() as cursor:
        cursor.execute(LETTERS)
    mail.outbox.clear()
    assert set(run_jobs()) == {"common.send_letter"}
    return [letter.to[0] for letter in mail.outbox]


@pytest.fixture
def agreement(cast: Cast) -> Agreement:
    made = make_in_force(cast, duties=[duty(cast.university, day(20))])
    run_jobs()
    return made


def test_one_that_names_its_reader_and_what_was_said(cast: Cast, agreement: Agreement) -> None:
    queue(
        "agreements.send_terminated",
        agreement=str(agreement.pk),
        person=str(cast.dean.pk),
        by=str(cast.general_manager.pk),
        reason="The project is over.",
    )
    assert upgrade() == [cast.dean.email]
    assert "The project is over." in mail.outbox[0].body


def test_one_of_the_laboratory(cast: Cast) -> None:
    laboratory = make_unveiled(cast)
    run_jobs()
    queue("laboratory.send_unveiled", laboratory=str(laboratory.pk), person=str(cast.dean.pk))
    assert upgrade() == [cast.dean.email]


def test_the_nightly_one(cast: Cast, agreement: Agreement) -> None:
    [due] = dues_of(agreement)
    person = str(cast.university_office.pk)
    queue("agreements.send_notices", person=person, dues=[str(due.pk)], agreements=[])
    assert upgrade() == [cast.university_office.email]


def test_one_whose_reader_was_to_be_found_out(cast: Cast, agreement: Agreement) -> None:
    [due] = dues_of(agreement)
    due.returned_for = "A page is missing."
    due.save(update_fields=["returned_for"])
    queue("agreements.send_returned", due=str(due.pk))
    assert upgrade() == [cast.university_office.email]
