"""The room as Django knows it."""

from django.apps import AppConfig


class FilesRoom(AppConfig):
    """Stored bytes by content hash, below every room that has files."""

    name = "jointlab.files"
