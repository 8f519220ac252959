"""Stored files for tests: a storage of the test's own, contents, rows that refer to them."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from jointlab.files.models import StoredFile
from jointlab.files.services import storing

ON_DISK = "jointlab.files.storage.OnDisk"
LONG_AGO = timedelta(days=30)


def files_in(settings: Any, folder: Path, backend: str = ON_DISK) -> Path:
    """Have the test's files stored in that folder."""
    use(settings, backend, location=folder)
    return folder


def use(settings: Any, backend: str, **options: Any) -> None:
    """Have the test's files stored by that backend."""
    settings.STORAGES = settings.STORAGES | {"files": {"BACKEND": backend, "OPTIONS": options}}


def store(content: bytes) -> StoredFile:
    """Store a content to which nothing refers."""
    with storing() as put:
        return put(content)


def stored_in(folder: Path) -> list[Path]:
    """Return the files that have their names, and those that are still on their way."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def age(row: StoredFile, folder: Path, ago: timedelta = LONG_AGO) -> None:
    """Let the file have been stored that long ago."""
    then = timezone.now() - ago
    StoredFile.objects.filter(pk=row.pk).update(stored_at=then)
    age_path(folder / row.sha256[:2] / row.sha256, then)


def age_path(path: Path, then: datetime) -> None:
    os.utime(path, (then.timestamp(), then.timestamp()))
