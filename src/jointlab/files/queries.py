"""Reading what is stored, checked against its hash; what refers to it, and what does not."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.db.models import Exists, ForeignObjectRel, OuterRef, QuerySet
from django.utils.translation import gettext as _

from jointlab.common.errors import Refusal
from jointlab.files import storage
from jointlab.files.models import StoredFile

LOG = logging.getLogger(__name__)


class Damaged(Refusal):
    """What was stored is not there any more, or is not what was stored."""


@dataclass(frozen=True)
class Fault:
    """A stored file that is "missing" or "altered", and the rows that refer to it, as words."""

    sha256: str
    problem: str
    referrers: tuple[str, ...]

    def __str__(self) -> str:
        rows = ", ".join(self.referrers) or "no row"
        return f"{self.problem}: {self.sha256}, to which {rows} refers"


def read_file(sha256: str) -> bytes:
    """Return the whole content, checked against its hash: for files of a few megabytes.

    Raises Damaged, and logs it, where it is missing or altered.
    """
    try:
        with storage.open_bytes(sha256) as file:
            data = file.read()
    except FileNotFoundError:
        data = None
    if data is not None and hashlib.sha256(data).hexdigest() == sha256:
        return data
    LOG.error("stored file %s is %s", sha256, "missing" if data is None else "altered")
    raise Damaged(
        _(
            "The file is missing, or is not what was stored. An operator of this instance "
            "can bring it back from a backup."
        )
    )


def open_file(sha256: str) -> IO[bytes]:
    """Return the content as an open file, for what is too large to be read at once; unchecked.

    It can be read from any position (`seek`). Raises FileNotFoundError where it is missing.
    """
    return storage.open_bytes(sha256)


def find_faults() -> Iterator[Fault]:
    """Read everything that is stored, in constant memory, and yield what is missing or altered."""
    for row in StoredFile.objects.order_by("sha256").iterator():
        problem = _problem_of(row)
        # Gone with its row while this was reading is no fault.
        if problem and StoredFile.objects.filter(pk=row.pk).exists():
            yield Fault(row.sha256, problem, tuple(_referrers(row)))


def unreferenced() -> QuerySet[StoredFile]:
    """Return the files to which no row of any room refers."""
    rows = StoredFile.objects.all()
    for model, field in _references():
        rows = rows.exclude(Exists(model._base_manager.filter(**{field: OuterRef("pk")})))
    return rows


def _problem_of(row: StoredFile) -> str:
    hashed = hashlib.sha256()
    try:
        with storage.open_bytes(row.sha256) as file:
            while chunk := file.read(storage.CHUNK):
                hashed.update(chunk)
    except FileNotFoundError:
        return "missing"
    return "" if hashed.hexdigest() == row.sha256 else "altered"


def _referrers(row: StoredFile) -> Iterator[str]:
    for model, field in _references():
        for pk in model._base_manager.filter(**{field: row.pk}).values_list("pk", flat=True):
            yield f"{model._meta.label} {pk}"


def _references() -> list[tuple[Any, str]]:
    """Return every model that has a foreign key to a stored file, and that key's name."""
    fields = StoredFile._meta.get_fields(include_hidden=True)  # hidden: related_name="+"
    return [
        (field.related_model, field.field.name)
        for field in fields
        if isinstance(field, ForeignObjectRel)
    ]
