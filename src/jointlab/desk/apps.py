"""The room as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jointlab.common.rooms import Room


class DeskRoom(AppConfig):
    """What waits for me, from every room."""

    name = "jointlab.desk"
    room = Room("desk", _("Desk"), "desk:desk", "inbox")
