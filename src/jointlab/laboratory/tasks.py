"""The room's jobs: letters."""

from __future__ import annotations

from jointlab.common.jobs import job
from jointlab.laboratory.services import letters


@job("laboratory.send_confirmed")
def send_confirmed(word: str, person: str) -> None:
    """Tell somebody that another side has confirmed the unveiling."""
    letters.send_confirmed(word_id=word, person_id=person)


@job("laboratory.send_unveiled")
def send_unveiled(laboratory: str, person: str) -> None:
    """Tell somebody that a laboratory is unveiled."""
    letters.send_unveiled(laboratory_id=laboratory, person_id=person)
