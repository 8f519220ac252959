"""Letters that an act sets off: each declared once, all written by one job.

A letter is deferred in the act's own transaction, for one reader each. When the worker writes it,
everything may have changed: what is not so any more, or no more the reader's to know, is not
written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet
from django.utils import translation

from jointlab.common import mail
from jointlab.common.jobs import defer

Row = TypeVar("Row", bound=Model)
JOB = "common.send_letter"


class Reader(Protocol):
    """Who is written to: a person."""

    pk: Any
    email: str | None
    language: str
    time_zone: str


@dataclass(frozen=True)
class Letter(Generic[Row]):
    """One kind of letter.

    template  "laboratory/mail/unveiled": …_subject.txt and …_message.txt (see `common.mail`)
    rows      what it can be about, today: a row that is no more among them is not written of
    readers   who is to be told of the row; not asked again when the letter is written
    may_read  whether the person may still know of the row when the letter is written
    page      the name of the address that it leads to, with `arguments` of the row
    name      what its templates call the row
    context   what its templates are given besides, of the row, the reader and what was said in
              `send`; None when there is nothing to tell any more
    """

    template: str
    rows: Callable[[], QuerySet[Row]]
    readers: Callable[[Row], Iterable[Any]]
    may_read: Callable[[Any, Row], bool]
    name: str
    page: str
    arguments: Callable[[Row], dict[str, Any]] = lambda row: {"code": row.code}  # type: ignore[attr-defined]
    context: Callable[[Row, Any, dict[str, Any]], dict[str, Any] | None] | None = None


def send(letter: Letter[Row], about: Row, *, by: Reader | None = None, **said: Any) -> None:
    """Queue the letter for each of its readers except whoever acts.

    `said` is what the act said beside the row (a reason): JSON, in the open, no secret.
    """
    for person in letter.readers(about):
        if by is None or person.pk != by.pk:
            defer(
                JOB,
                letter=letter.template,
                about=str(about.pk),
                person=str(person.pk),
                by=str(by.pk) if by else None,
                said=said,
            )


def write_letter(
    template: str, *, about: str, person: str, by: str | None, said: dict[str, Any]
) -> None:
    """Write one letter, if it is still to be written: the worker's part."""
    letter = _declared(template)
    people = get_user_model()._default_manager
    reader: Any = people.get(pk=person)
    row = letter.rows().filter(pk=about).first()
    if row is None or not reader.email or not letter.may_read(reader, row):
        return
    with translation.override(reader.language):
        told = letter.context(row, reader, said) if letter.context else said
    if told is None:
        return
    if by is not None:
        told = {"by": people.get(pk=by), **told}
    link = mail.link(letter.page, reader.language, **letter.arguments(row))
    mail.compose(
        letter.template,
        to=reader.email,
        language=reader.language,
        zone=reader.time_zone,
        **{letter.name: row, "link": link, **told},
    ).send()


def _declared(template: str) -> Letter[Any]:
    """Return the letter of some room that has these templates."""
    from jointlab.common.rooms import all_rooms  # rooms hold letters

    return next(each for room in all_rooms() for each in room.letters if each.template == template)
