"""The room as Django knows it."""

from django.apps import AppConfig


class AgreementsRoom(AppConfig):
    """Agreements: drafted, approved, signed, in force."""

    name = "jointlab.agreements"
