"""What the room's events say on a timeline."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jointlab.common.names import Text

SENTENCES: dict[str, Text] = {
    "taxonomy.fields_imported": _(
        "%(actor)s imported fields from %(source)s: %(added)s new, %(changed)s changed."
    ),
    "taxonomy.skills_imported": _(
        "%(actor)s imported skills from %(source)s: %(added)s new, %(changed)s changed."
    ),
    "taxonomy.field_edited": _("%(actor)s edited the field %(after)s."),
    "taxonomy.skill_edited": _("%(actor)s edited the skill %(after)s."),
}
