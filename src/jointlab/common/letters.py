"""Letters that an act sets off: each declared once, all written by one job.

A letter is deferred in the act's own transaction, for one reader each. When the worker writes it,
everything may have changed: what is not so any more, or no more the reader's to know, is not
written. Who wants which kind, and when, the mailroom knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.db.models import Model, QuerySet, TextChoices
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jointlab.common import mail
from jointlab.common.jobs import defer, defer_once
from jointlab.common.names import Text

Row = TypeVar("Row", bound=Model)
JOB = "common.send_letter"


class Reader(Protocol):
    """Who is written to: a person."""

    pk: Any
    email: str | None
    language: str
    time_zone: str


class Pace(TextChoices):
    """When somebody wants the letters of a kind."""

    NOW = "now", _("At once")
    DAILY = "daily", _("Once a day")
    NEVER = "never", _("Never")


@dataclass(frozen=True)
class Kind:
    """What a letter is about, as its readers choose among them; `pace` is for who has not chosen."""

    code: str
    label: Text
    pace: Pace = Pace.NOW


OTHER = Kind("other", _("Everything else"))


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
    kind      what it is about, for who chooses; several letters may be of one kind
    once      while one of a row to a reader waits to go out, there is no other
    told      notes that it was sent, where something depends on it: of the same three
    """

    template: str
    rows: Callable[[], QuerySet[Row]]
    readers: Callable[[Row], Iterable[Any]]
    may_read: Callable[[Any, Row], bool]
    name: str
    page: str
    arguments: Callable[[Row], dict[str, Any]] = lambda row: {"code": row.code}  # type: ignore[attr-defined]
    context: Callable[[Row, Any, dict[str, Any]], dict[str, Any] | None] | None = None
    kind: Kind = OTHER
    once: bool = False
    told: Callable[[Row, Any, dict[str, Any]], None] | None = None


@dataclass(frozen=True)
class Written:
    """A letter to one reader as it is now: the message, where it leads, what to note once sent."""

    message: EmailMessage
    link: str
    note_told: Callable[[], None]


def send(letter: Letter[Row], about: Row, *, by: Reader | None = None, **said: Any) -> None:
    """Queue the letter for each of its readers except whoever acts.

    `said` is what the act said beside the row (a reason): JSON, in the open, no secret.
    """
    for person in letter.readers(about):
        if by is None or person.pk != by.pk:
            job: dict[str, Any] = {
                "letter": letter.template,
                "about": str(about.pk),
                "person": str(person.pk),
                "by": str(by.pk) if by else None,
                "said": said,
            }
            if letter.once:
                defer_once(JOB, f"{letter.template} {about.pk} {person.pk}", **job)
            else:
                defer(JOB, **job)


def write_letter(
    template: str, *, about: str, person: str, by: str | None, said: dict[str, Any]
) -> Written | None:
    """Return the letter as it is to be sent now; None when there is nothing to tell any more."""
    letter = declared(template)
    people = get_user_model()._default_manager
    reader: Any = people.get(pk=person)
    row = letter.rows().filter(pk=about).first()
    if row is None or not reader.email or not letter.may_read(reader, row):
        return None
    with translation.override(reader.language):
        told = letter.context(row, reader, said) if letter.context else said
    if told is None:
        return None
    if by is not None:
        told = {"by": people.get(pk=by), **told}
    link = mail.link(letter.page, reader.language, **letter.arguments(row))
    told = {letter.name: row, "link": link, **told}
    message = mail.compose(
        letter.template, to=reader.email, language=reader.language, zone=reader.time_zone, **told
    )
    message.body += ways_out(reader)

    def note_told() -> None:
        if letter.told:
            letter.told(row, reader, said)

    return Written(message, str(told["link"]), note_told)


def ways_out(reader: Reader) -> str:
    """Return the last lines of a letter: where its reader chooses which they get."""
    with translation.override(reader.language):
        line = gettext("Choose which of these e-mails you get, and when:")
    return f"\n{line}\n{mail.link('mailroom:choices', reader.language)}\n"


def declared(template: str) -> Letter[Any]:
    """Return the letter of some room that has these templates."""
    return next(each for each in all_letters() if each.template == template)


def all_letters() -> list[Letter[Any]]:
    """Return every letter of every room, the highest room's first."""
    from jointlab.common.rooms import all_rooms  # rooms hold letters

    return [letter for room in all_rooms() for letter in room.letters]


def all_kinds() -> list[Kind]:
    """Return the kinds that there are letters of, what is left over last."""
    kinds = dict.fromkeys(letter.kind for letter in all_letters())
    return [kind for kind in kinds if kind != OTHER] + [kind for kind in kinds if kind == OTHER]
