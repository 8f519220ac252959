"""Rows: their ids, edits by two people at once, and fetching one that somebody may see."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from jointlab.common.errors import Changed, NotVisible, Refusal


def uuid7() -> UUID:
    """Return a UUID of version 7 (RFC 9562, section 5.7): 48 bits of milliseconds, then chance."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    return UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)


class Versioned(models.Model):
    """A row that counts its edits, so that a form can say which it was made from."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


Edited = TypeVar("Edited", bound=Versioned)


def lock(row: Edited) -> Edited:
    """Return the row as it is now, locked until the transaction ends."""
    manager: Any = row.__class__._default_manager  # request.user is a lazy one: no type()
    locked: Edited = manager.select_for_update(no_key=True).get(pk=row.pk)
    return locked


def edit(row: Edited, *, version: int, **values: Any) -> tuple[Edited, list[str]]:
    """Write values to the row if it is still of that version; return it and the changed names.

    Raises Changed when somebody else edited it meanwhile, Refusal when a field does not take its
    value. Nothing is written when nothing differs.
    """
    row = lock(row)
    if row.version != version:
        raise Changed(_("Somebody else changed this meanwhile. Compare, then save again."), row)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        check(row, changed)
        row.version += 1
        row.save(update_fields=[*changed, "version"])
    return row, changed


def check(row: models.Model, names: Iterable[str] | None = None) -> None:
    """Raise Refusal for a value that a field does not take: too long, no choice, no address."""
    fields = {field.name: field for field in row._meta.fields}
    looked_at = set(fields) if names is None else set(names)
    looked_at -= {name for name, field in fields.items() if field.is_relation}
    try:
        row.clean_fields(exclude=set(fields) - looked_at)
    except ValidationError as error:
        problems = [
            _("%(field)s: %(problem)s")
            % {"field": fields[name].verbose_name, "problem": " ".join(texts)}
            for name, texts in error.message_dict.items()
        ]
        raise Refusal(" ".join(problems)) from error


@contextmanager
def refusing(**texts: str | Promise) -> Iterator[None]:
    """Turn a violation of the named database constraints into a Refusal with their text."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        cause = error.__cause__
        name = cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None
        if name not in texts:
            raise
        raise Refusal(str(texts[name])) from error


Row = TypeVar("Row", bound=Model)


def get_visible(rows: QuerySet[Row], **which: Any) -> Row:
    """Return the row that matches, of those that the person may see; raise NotVisible when none does."""
    row = rows.filter(**which).first()
    if row is None:
        raise NotVisible
    return row


def first_visible(rows: Sequence[Row]) -> Row:
    """Return the first of rows that the person may see; raise NotVisible when there is none."""
    if not rows:
        raise NotVisible
    return rows[0]
