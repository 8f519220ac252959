"""The room as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jointlab.common.rooms import Room


class AgreementsRoom(AppConfig):
    """Agreements: drafted, approved, signed, in force."""

    name = "jointlab.agreements"
    room = Room("agreements", _("Agreements"), "agreements:agreements", "document-check")
    # What `parties.parts.tabs_of` shows on a partnership's pages.
    partnership_parts = ((_("Agreements"), "agreements:of-partnership", "view"),)
