"""The table of the offices' stories."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jointlab.common.show import bcp47, fill, name, state, when
from jointlab.common.tables import Column
from jointlab.common.web import addresses
from jointlab.newsroom.models import State
from jointlab.newsroom.queries import Draft


def draft_columns() -> list[Column]:
    """Return the columns of stories as their offices see them."""
    edit = addresses("newsroom:edit")

    def title(draft: Draft) -> SafeString:
        shape = '<a href="{}"><bdi lang="{}">{}</bdi></a>'
        return fill(shape, edit(draft.story.pk), bcp47(draft.language), draft.title)

    return [
        Column(_("Title"), title),
        Column(_("State"), _state, labelled=False),
        Column(_("Missing"), lambda draft: " · ".join(draft.missing_names) or "—"),
        Column(_("Partnership"), lambda draft: name(draft.story.partnership)),
        Column(_("Changed"), lambda draft: when(draft.story.changed_at)),
    ]


def _state(draft: Draft) -> SafeString:
    return state(draft.mark, State(draft.story.state).label)
