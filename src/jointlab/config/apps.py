"""The room as Django knows it."""

from django.apps import AppConfig


class ConfigRoom(AppConfig):
    """Settings, addresses and the command line."""

    name = "jointlab.config"
