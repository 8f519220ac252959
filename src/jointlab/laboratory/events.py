"""What the room's events say in the history."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from jointlab.common.events import Event
from jointlab.common.names import Text
from jointlab.laboratory.models import Charge, Laboratory

FOUNDED = Event(
    "laboratory.founded",
    _("%(actor)s founded %(laboratory)s under %(agreement)s."),
    kind=_("laboratory founded"),
    milestone=True,
)
EDITED = Event(
    "laboratory.edited",
    _("%(actor)s changed %(changed)s of %(laboratory)s."),
    kind=_("laboratory changed"),
)
DIRECTION_ADDED = Event(
    "laboratory.direction_added",
    _("%(actor)s added the direction %(direction)s to %(laboratory)s."),
    kind=_("direction added"),
)
DIRECTION_DROPPED = Event(
    "laboratory.direction_dropped",
    _("%(actor)s dropped the direction %(direction)s of %(laboratory)s."),
    kind=_("direction dropped"),
)
APPOINTED = Event(
    "laboratory.appointed",
    _("%(actor)s appointed %(person)s for %(organisation)s in %(laboratory)s: %(charge)s."),
    kind=_("seat given"),
)
VACATED = Event(
    "laboratory.vacated",
    _(
        "%(actor)s vacated the seat of %(person)s for %(organisation)s"
        " in %(laboratory)s: %(charge)s."
    ),
    kind=_("seat vacated"),
)
ROOM_ADDED = Event(
    "laboratory.room_added",
    _("%(actor)s added the room %(room)s at %(organisation)s to %(laboratory)s."),
    kind=_("room added"),
)
ROOM_GIVEN_UP = Event(
    "laboratory.room_given_up",
    _("%(actor)s gave up the room %(room)s at %(organisation)s of %(laboratory)s."),
    kind=_("room given up"),
)
UNVEILING_CONFIRMED = Event(
    "laboratory.unveiling_confirmed",
    _("%(actor)s confirmed for %(organisation)s that %(laboratory)s be unveiled."),
    kind=_("unveiling confirmed"),
)
CONFIRMATION_TAKEN_BACK = Event(
    "laboratory.confirmation_taken_back",
    _("%(actor)s withdrew the confirmation by %(organisation)s that %(laboratory)s be unveiled."),
    kind=_("confirmation withdrawn"),
)
UNVEILED = Event(
    "laboratory.unveiled",
    _("%(laboratory)s was unveiled under %(agreement)s; %(actor)s gave the last confirmation."),
    kind=_("laboratory unveiled"),
    milestone=True,
)

LABELS: dict[str, Mapping[str, Text]] = {
    "charge": {charge.value: charge.label for charge in Charge},
    "changed": {field.name: field.verbose_name for field in Laboratory._meta.fields}
    | {"fields": _("fields")},
}
