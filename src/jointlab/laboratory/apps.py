"""The room as Django knows it."""

from django.apps import AppConfig


class LaboratoryRoom(AppConfig):
    """Joint laboratories: what they are for, who leads them, where they are, their unveiling."""

    name = "jointlab.laboratory"
