"""The room as Django knows it."""

from django.apps import AppConfig


class PartiesRoom(AppConfig):
    """The two sides: organisations, their units, people, partnerships, memberships and roles."""

    name = "jointlab.parties"
