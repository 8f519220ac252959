"""The room as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jointlab.common.rooms import Room


class LaboratoryRoom(AppConfig):
    """Joint laboratories: what they are for, who leads them, where they are, their unveiling."""

    name = "jointlab.laboratory"
    room = Room("laboratory", _("Laboratories"), "laboratory:laboratories", "beaker")
    # What `parties.parts.tabs_of` shows on a partnership's pages.
    partnership_parts = ((_("Laboratories"), "laboratory:of-partnership", "view"),)
