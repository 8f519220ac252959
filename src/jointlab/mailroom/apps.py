"""The room as Django knows it."""

from django.apps import AppConfig


class Mailroom(AppConfig):
    """What is written to people."""

    name = "jointlab.mailroom"
