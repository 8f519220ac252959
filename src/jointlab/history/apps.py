"""The room as Django knows it."""

from django.apps import AppConfig


class HistoryRoom(AppConfig):
    """The history of cooperation: one hash chain a partnership, which nobody can rewrite."""

    name = "jointlab.history"
