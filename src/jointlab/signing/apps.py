"""The room as Django knows it."""

from django.apps import AppConfig


class SigningRoom(AppConfig):
    """Certificates, signatures in documents, and their verification by anybody."""

    name = "jointlab.signing"
