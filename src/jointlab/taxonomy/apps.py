"""The room as Django knows it."""

from django.apps import AppConfig


class TaxonomyRoom(AppConfig):
    """Fields of work and skills, in three languages."""

    name = "jointlab.taxonomy"
