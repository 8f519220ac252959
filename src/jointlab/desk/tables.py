"""The table of what waits."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jointlab.common.rooms import Waiting
from jointlab.common.show import button, fill, state, when
from jointlab.common.tables import Column


def waiting_columns() -> list[Column]:
    """Return the columns of what waits for somebody."""
    return [
        Column(_("Task"), _what),
        Column(_("Waiting since"), lambda thing: when(thing.since, "day")),
        Column(_("Due"), _due),
        Column(_("Action"), lambda thing: button(thing.act, href=thing.url), labelled=False),
    ]


def _what(thing: Waiting) -> SafeString:
    about = fill(' <span class="quiet"><bdi>{}</bdi></span>', thing.about) if thing.about else ""
    return fill("<bdi>{}</bdi>{}", thing.what, about)


def _due(thing: Waiting) -> SafeString:
    if thing.due is None:
        return SafeString("—")
    late = state("failed", _("Late")) if thing.is_late else ""
    return fill("{} {}", when(thing.due, "day"), late)
