"""Whether anything can be written now; and by which sign a full disk is told from other troubles."""

from __future__ import annotations

import errno
import tempfile

from django.conf import settings
from django.core.cache.backends.db import DatabaseCache
from django.db import connection, transaction

DISK_FULL = "53100"  # PostgreSQL's word for it


def try_to_write() -> None:
    """Write a row of the database and a file of the home; raise what either refuses."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cache (cache_key, value, expires) VALUES ('health', '', now()) "
            "ON CONFLICT (cache_key) DO UPDATE SET expires = now()"
        )
    with tempfile.TemporaryFile(dir=settings.HOME.folder) as trial:
        trial.write(b"JointLab")


def is_disk_full(error: BaseException | None) -> bool:
    """Say whether that is why something could not be done."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if getattr(error, "sqlstate", None) == DISK_FULL:
            return True
        error = error.__cause__
    return False


class Cache(DatabaseCache):
    """Django's, which tells of a failed write as of a key that is there already.

    Rate limits would take that for too many tries.
    """

    def add(self, key: str, *args: object, **options: object) -> bool:
        """Set the key if it is not there; raise what keeps it from being written."""
        added: bool = super().add(key, *args, **options)  # type: ignore[arg-type]
        if not added:
            try_to_write()
        return added
