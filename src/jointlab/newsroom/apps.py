"""The room as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from jointlab.common.rooms import Room


class NewsroomRoom(AppConfig):
    """The public face: news and pages, a row a language."""

    name = "jointlab.newsroom"
    room = Room("newsroom", _("Newsroom"), "newsroom:stories", "newspaper", public=True)
