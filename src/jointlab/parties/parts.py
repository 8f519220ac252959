"""The parts of a partnership that have pages of their own: each room brings its own.

A room's AppConfig has an attribute `partnership_parts`: a tuple of (label, name of the URL below
partnerships/<code>/, right that it takes). The lowest room's tabs come first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.apps import apps
from django.urls import reverse

from jointlab.common.parts import Tab
from jointlab.parties.models import Partnership


def tabs_of(partnership: Partnership, rights: Collection[str]) -> list[Tab]:
    """Return the tabs of a partnership's pages for somebody who has these rights in it."""
    return list(_tabs(partnership.code, rights))


def _tabs(code: str, rights: Collection[str]) -> Iterator[Tab]:
    for config in reversed(list(apps.get_app_configs())):
        for label, url_name, to in getattr(config, "partnership_parts", ()):
            if to in rights:
                yield Tab(label, reverse(url_name, args=[code]))
