"""What the room's events say on a timeline."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jointlab.common.events import Event
from jointlab.common.names import Text
from jointlab.taxonomy.models import Skill
from jointlab.taxonomy.schemes import SCHEMES

FIELDS_IMPORTED = Event(
    "taxonomy.fields_imported",
    _("%(actor)s imported fields from %(source)s: %(added)s new, %(changed)s changed."),
    kind=_("fields imported"),
)
SKILLS_IMPORTED = Event(
    "taxonomy.skills_imported",
    _("%(actor)s imported skills from %(source)s: %(added)s new, %(changed)s changed."),
    kind=_("skills imported"),
)
FIELD_EDITED = Event(
    "taxonomy.field_edited",
    _("%(actor)s edited the field %(after)s."),
    kind=_("field edited"),
)
SKILL_EDITED = Event(
    "taxonomy.skill_edited",
    _("%(actor)s edited the skill %(after)s."),
    kind=_("skill edited"),
)

LABELS: dict[str, dict[str, Text]] = {
    "list": {code: scheme.name for code, scheme in SCHEMES.items()},
    # A skill's columns are a field's and more.
    "changed": {field.name: field.verbose_name for field in Skill._meta.fields},
}
