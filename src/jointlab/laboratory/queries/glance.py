"""What a partnership's overview says of its laboratories: each with its day, or that it is prepared."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from jointlab.common.rooms import Glance
from jointlab.common.show import day
from jointlab.laboratory.access import first_laboratories
from jointlab.parties.models import Partnership
from jointlab.parties.policy import Reader

MOST = 3


def glance(user: Reader, partnership: Partnership) -> Glance:
    """Return the laboratories that the person sees there."""
    everything = reverse("laboratory:of-partnership", args=[partnership.code])
    return Glance(_("Laboratories"), list(_lines(user, partnership, everything)), everything)


def _lines(user: Reader, partnership: Partnership, everything: str) -> Iterator[tuple[str, str]]:
    found = first_laboratories(user, partnership, MOST + 1)
    for row in found[:MOST]:
        said = _("%(laboratory)s: in preparation")
        if row.unveiled_on:
            said = _("%(laboratory)s: unveiled on %(day)s")
        what = {"laboratory": row.name, "day": day(row.unveiled_on) if row.unveiled_on else ""}
        yield said % what, reverse("laboratory:laboratory", args=[row.code])
    if len(found) > MOST:
        yield _("and more laboratories"), everything
    if not found:
        yield _("There is none that you can see."), ""
