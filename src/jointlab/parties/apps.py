"""The room as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jointlab.common.rooms import Room


class PartiesRoom(AppConfig):
    """The two sides: organisations, their units, people, partnerships, memberships and roles."""

    name = "jointlab.parties"
    room = Room("parties", _("Partnerships"), "parties:partnerships", "user-group")
    # What `parts.tabs_of` shows: label, address, the right that it takes.
    partnership_parts = (
        (_("Overview"), "parties:partnership", "view"),
        (_("People"), "parties:people", "view"),
        (_("Invitations"), "parties:invitations", "invite"),
        (_("History"), "parties:history", "read history"),
    )
