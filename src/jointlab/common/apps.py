"""The room as Django knows it."""

from django.apps import AppConfig


class CommonRoom(AppConfig):
    """What two rooms at least use: names, errors, components, jobs, mail. No concrete models."""

    name = "jointlab.common"
