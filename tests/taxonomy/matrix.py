from __future__ import annotations

from typing import Any

from jointlab.taxonomy.models import Field, Skill
from tests.cast import EVERYBODY, Cast
from tests.matrix import SIGNED_IN, Row

OTHERS = tuple(name for name in EVERYBODY if name != "operator")


def a_field(_: Cast) -> dict[str, Any]:
    field, _new = Field.objects.get_or_create(scheme="core", code="radar", name_en="Radar")
    return {"pk": field.pk}


def a_skill(_: Cast) -> dict[str, Any]:
    skill, _new = Skill.objects.get_or_create(scheme="core", code="radar", name_en="Radar")
    return {"pk": skill.pk}


ROWS = [
    Row("taxonomy:fields", may=SIGNED_IN),
    Row("taxonomy:field", may=SIGNED_IN, own=a_field),
    Row("taxonomy:edit_field", may=["operator"], forbidden=OTHERS, own=a_field),
    Row("taxonomy:edit_field", may=["operator"], forbidden=OTHERS, own=a_field, data={}),
    Row("taxonomy:skills", may=SIGNED_IN),
    Row("taxonomy:skill", may=SIGNED_IN, own=a_skill),
    Row("taxonomy:edit_skill", may=["operator"], forbidden=OTHERS, own=a_skill),
    Row("taxonomy:edit_skill", may=["operator"], forbidden=OTHERS, own=a_skill, data={}),
]
