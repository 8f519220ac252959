"""The last line of an access function: the one row, or the answer that hides whether there is one."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from jointlab.common.errors import NotVisible

Row = TypeVar("Row", bound=Model)


def the_row(rows: QuerySet[Row], **which: Any) -> Row:
    """Return the row, of those that the person sees, which is so; NotVisible when none is."""
    row = rows.filter(**which).first()
    if row is None:
        raise NotVisible
    return row
