"""The room as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jointlab.common.rooms import Room


class TaxonomyRoom(AppConfig):
    """Fields of work and skills, in three languages."""

    name = "jointlab.taxonomy"
    room = Room("taxonomy", _("Fields and skills"), "taxonomy:fields", "tag")
