"""The room as Django knows it."""

from django.apps import AppConfig


class ObligationsRoom(AppConfig):
    """What is owed, by whom and when; `subjects` and `reminder_sections` say what rooms above bring."""

    name = "jointlab.obligations"
