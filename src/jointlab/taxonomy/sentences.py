"""What the room's events say on a timeline."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jointlab.taxonomy.models import Skill
from jointlab.taxonomy.schemes import SCHEMES

SENTENCES = {
    "taxonomy.fields_imported": _(
        "%(actor)s imported fields from %(source)s: %(added)s new, %(changed)s changed."
    ),
    "taxonomy.skills_imported": _(
        "%(actor)s imported skills from %(source)s: %(added)s new, %(changed)s changed."
    ),
    "taxonomy.field_edited": _("%(actor)s edited the field %(after)s."),
    "taxonomy.skill_edited": _("%(actor)s edited the skill %(after)s."),
}
KINDS = {
    "taxonomy.fields_imported": _("fields imported"),
    "taxonomy.skills_imported": _("skills imported"),
    "taxonomy.field_edited": _("field edited"),
    "taxonomy.skill_edited": _("skill edited"),
}
LABELS = {
    "list": {code: scheme.name for code, scheme in SCHEMES.items()},
    # A skill's columns are a field's and more.
    "changed": {field.name: field.verbose_name for field in Skill._meta.fields},
}
