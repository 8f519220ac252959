"""What the room's events say in the history."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jointlab.common.names import Text
from jointlab.history.telling import Sentence
from jointlab.laboratory.models import Charge

SENTENCES: dict[str, Sentence] = {
    "laboratory.founded": _("%(actor)s founded %(laboratory)s under %(agreement)s."),
    "laboratory.edited": _("%(actor)s changed %(changed)s of %(laboratory)s."),
    "laboratory.direction_added": _(
        "%(actor)s added the direction %(direction)s to %(laboratory)s."
    ),
    "laboratory.direction_dropped": _(
        "%(actor)s dropped the direction %(direction)s of %(laboratory)s."
    ),
    "laboratory.appointed": _(
        "%(actor)s appointed %(person)s for %(organisation)s in %(laboratory)s: %(charge)s."
    ),
    "laboratory.vacated": _(
        "%(actor)s vacated the seat of %(person)s for %(organisation)s"
        " in %(laboratory)s: %(charge)s."
    ),
    "laboratory.room_added": _(
        "%(actor)s added the room %(room)s at %(organisation)s to %(laboratory)s."
    ),
    "laboratory.room_given_up": _(
        "%(actor)s gave up the room %(room)s at %(organisation)s of %(laboratory)s."
    ),
    "laboratory.unveiling_confirmed": _(
        "%(actor)s confirmed for %(organisation)s that %(laboratory)s be unveiled."
    ),
    "laboratory.confirmation_taken_back": _(
        "%(actor)s took back the word of %(organisation)s that %(laboratory)s be unveiled."
    ),
    "laboratory.unveiled": _(
        "%(laboratory)s was unveiled under %(agreement)s; %(actor)s gave the last word."
    ),
}
KINDS: dict[str, Text] = {
    "laboratory.founded": _("laboratory founded"),
    "laboratory.edited": _("laboratory changed"),
    "laboratory.direction_added": _("direction added"),
    "laboratory.direction_dropped": _("direction dropped"),
    "laboratory.appointed": _("seat given"),
    "laboratory.vacated": _("seat vacated"),
    "laboratory.room_added": _("room added"),
    "laboratory.room_given_up": _("room given up"),
    "laboratory.unveiling_confirmed": _("unveiling confirmed"),
    "laboratory.confirmation_taken_back": _("confirmation taken back"),
    "laboratory.unveiled": _("laboratory unveiled"),
}
LABELS: dict[str, dict[str, Text]] = {
    "charge": {charge.value: charge.label for charge in Charge},
    "changed": {
        "name_en": _("name in English"),
        "name_zh": _("name in Chinese"),
        "name_ko": _("name in Korean"),
        "about_en": _("about it in English"),
        "about_zh": _("about it in Chinese"),
        "about_ko": _("about it in Korean"),
        "fields": _("fields"),
    },
}
