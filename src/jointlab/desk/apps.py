"""The room as Django knows it."""

from django.apps import AppConfig


class DeskRoom(AppConfig):
    """What waits for me, from every room."""

    name = "jointlab.desk"
