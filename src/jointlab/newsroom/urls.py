"""The room's addresses: `urlpatterns` in each language, `plain` in none (outside i18n_patterns)."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from jointlab.common.names import LANGUAGES
from jointlab.newsroom.views import editing, public


class Language(StringConverter):
    """One of the languages that stories are written in."""

    regex = "|".join(LANGUAGES)


register_converter(Language, "language")

app_name = "newsroom"
everybody = [
    path("", public.home, name="home"),
    path("news/", public.stories, name="stories"),
    path("news/feed.atom", public.atom, name="feed"),
    path("news/<slug:slug>/", public.story, name="story"),
    path("laboratory/", public.laboratory, name="laboratory"),
    path("laboratory/<slug:slug>/", public.laboratory_page, name="laboratory_page"),
]
offices = [
    path("newsroom/", editing.editing, name="editing"),
    path("newsroom/write/<slug:code>/", editing.write, name="write"),
    path("newsroom/<uuid:pk>/", editing.edit, name="edit"),
    path("newsroom/<uuid:pk>/text/<language:language>/", editing.text, name="text"),
    path("newsroom/<uuid:pk>/preview/<language:language>/", editing.preview, name="preview"),
    path("newsroom/<uuid:pk>/publish/", editing.publish, name="publish"),
    path("newsroom/<uuid:pk>/withdraw/", editing.withdraw, name="withdraw"),
    path("newsroom/<uuid:pk>/picture/", editing.add_picture, name="add_picture"),
    path("newsroom/picture/<uuid:pk>/", editing.describe_picture, name="describe_picture"),
    path("newsroom/picture/<uuid:pk>/remove/", editing.remove_picture, name="remove_picture"),
]
urlpatterns = [*everybody, *offices]

plain = [
    path("robots.txt", public.robots, name="robots"),
    path("sitemap.xml", public.site_map, name="sitemap"),
    path(
        "pictures/<uuid:pk>/<slug:digest>-<int:width>.<slug:suffix>", public.picture, name="picture"
    ),
]
