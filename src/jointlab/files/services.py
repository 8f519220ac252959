"""Storing bytes, and removing what no row refers to.

While a transaction stores a content it holds that content's lock. Whoever removes one takes the same
lock, or leaves it alone: nothing is removed between being stored and being referred to.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jointlab.common.errors import Refusal
from jointlab.files import storage
from jointlab.files.models import StoredFile
from jointlab.files.queries import unreferenced
from jointlab.files.storage import Readable, Spooled

GRACE = timedelta(days=1)
Put = Callable[[bytes | Readable], StoredFile]


class NotStored(Refusal):
    """The storage does not take the file; nothing was changed."""


@dataclass
class Swept:
    """What a sweep has removed: contents, of them `orphans` that had no row, and broken uploads."""

    contents: int = 0
    orphans: int = 0
    parts: int = 0


@contextmanager
def storing() -> Iterator[Put]:
    """Yield `put(content) -> StoredFile`, inside a transaction in which the row that refers to it is made.

    The content is bytes, or anything with `read(size)`; memory stays constant. It is in the storage,
    whole, before the transaction commits. When the block fails, what it alone has stored is removed.
    Raises NotStored where the disk is full or refuses.
    """
    hashes: list[str] = []

    def put(content: bytes | Readable) -> StoredFile:
        with _refusals_of_storage(), storage.spool(content) as file:
            hashes.append(file.sha256)
            return _store_row(file)

    try:
        with transaction.atomic():
            yield put
    except BaseException:
        with suppress(DatabaseError, *storage.failures()):  # what is left, the next sweep finds
            for sha256 in hashes:
                _remove_orphan(sha256)
        raise


def release(sha256s: Iterable[str]) -> None:
    """Remove those contents when this transaction has committed, if no row refers to them then."""
    for sha256 in set(sha256s):
        # Robust: what the storage refuses to delete is logged, and left to the sweep.
        transaction.on_commit(partial(_remove_unreferenced, sha256), robust=True)


def sweep(grace: timedelta = GRACE) -> Swept:
    """Remove what no row refers to and what killed processes have left, if older than `grace`."""
    before, swept = timezone.now() - grace, Swept()
    rows = unreferenced().filter(stored_at__lt=before)
    for sha256 in list(rows.values_list("sha256", flat=True)):
        swept.contents += _remove_unreferenced(sha256)
    for found in storage.stored_hashes():
        for sha256 in _without_row(found):
            with suppress(FileNotFoundError):  # another sweep was quicker
                if storage.written_at(sha256) < before:
                    swept.orphans += _remove_orphan(sha256)
    for part in storage.temporary_files():
        with suppress(FileNotFoundError):  # its process has ended well meanwhile
            if part.stat().st_mtime < before.timestamp():
                part.unlink()
                swept.parts += 1
    swept.contents += swept.orphans
    return swept


def _store_row(file: Spooled) -> StoredFile:
    _lock(file.sha256)
    row, _is_new = StoredFile.objects.get_or_create(
        sha256=file.sha256, defaults={"size": file.size}
    )
    storage.save(file)
    return row


@contextmanager
def _refusals_of_storage() -> Iterator[None]:
    try:
        yield
    except storage.failures() as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NotStored(
                _(
                    "The file could not be stored: the disk is full. Nothing was changed; "
                    "tell an operator of this instance."
                )
            ) from error
        raise NotStored(
            _("The file could not be stored: %(reason)s. Nothing was changed; try again later.")
            % {"reason": getattr(error, "strerror", None) or type(error).__name__}
        ) from error


def _remove_unreferenced(sha256: str) -> bool:
    """Remove the row, then the bytes, both under the lock; say whether that was done."""
    with suppress(IntegrityError), transaction.atomic(durable=True):
        row = unreferenced().filter(pk=sha256).first() if _try_lock(sha256) else None
        if row is None:
            return False
        with connection.cursor() as cursor:
            # Whoever refers to it after all is found here, not when the bytes have gone.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        row.delete()
        storage.remove(sha256)
        return True
    return False


def _remove_orphan(sha256: str) -> bool:
    """Remove bytes that have no row, under the lock; say whether that was done."""
    with transaction.atomic():
        if not _try_lock(sha256) or StoredFile.objects.filter(pk=sha256).exists():
            return False
        storage.remove(sha256)
        return True


def _without_row(found: list[str]) -> list[str]:
    known = set(StoredFile.objects.filter(pk__in=found).values_list("pk", flat=True))
    return [sha256 for sha256 in found if sha256 not in known]


def _lock(sha256: str) -> None:
    """Hold the content's lock until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_lock_name(sha256)]
        )


def _try_lock(sha256: str) -> bool:
    """Hold it, unless another transaction does: then nothing happens."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [_lock_name(sha256)]
        )
        (held,) = cursor.fetchone() or (False,)
    return bool(held)


def _lock_name(sha256: str) -> str:
    return f"files:{sha256}"
