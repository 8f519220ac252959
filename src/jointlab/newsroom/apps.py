"""The room as Django knows it."""

from django.apps import AppConfig


class NewsroomRoom(AppConfig):
    """The public face: news and pages, a row a language."""

    name = "jointlab.newsroom"
