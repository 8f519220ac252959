"""Two people edit one thing: the second is told, nothing is lost."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from jointlab.common.errors import Changed


class Versioned(models.Model):
    """A row that counts its edits, so that a form can say which it was made from."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


Row = TypeVar("Row", bound=Versioned)


def lock(row: Row) -> Row:
    """Return the row as it is now, locked until the transaction ends."""
    manager: Any = type(row)._default_manager
    locked: Row = manager.select_for_update(no_key=True).get(pk=row.pk)
    return locked


def edit(row: Row, *, version: int, **values: Any) -> tuple[Row, list[str]]:
    """Write values to the row if it is still of that version; return it and the changed names.

    Raises Changed when somebody else edited it meanwhile. Nothing is written when nothing differs.
    """
    row = lock(row)
    if row.version != version:
        raise Changed(_("Somebody else changed this meanwhile. Compare, then save again."), row)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.version += 1
        row.save(update_fields=[*changed, "version"])
    return row, changed
