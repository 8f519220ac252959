"""The room as Django knows it."""

from django.apps import AppConfig


class DemoRoom(AppConfig):
    """Tells the one story through the services, for the demonstration."""

    name = "jointlab.demo"
