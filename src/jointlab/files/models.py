"""What is stored: one row a content."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone


class StoredFile(models.Model):
    """Bytes in the storage, by their SHA-256 in hexadecimal; `size` counts bytes.

    A row that refers to it protects it: `models.ForeignKey(StoredFile, models.PROTECT)`. What it
    is called and of what type it is stands in that row, not here.
    """

    sha256 = models.CharField(primary_key=True, max_length=64, editable=False)
    size = models.BigIntegerField(editable=False)
    stored_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="files_sha256_is_hexadecimal"
            ),
            models.CheckConstraint(condition=Q(size__gte=0), name="files_size_is_a_count"),
        ]
