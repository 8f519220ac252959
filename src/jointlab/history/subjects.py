"""Whose chains are whose: what the rooms name (`Room.chains`), and what none of them does."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from jointlab.common.errors import Refusal
from jointlab.common.rooms import Subject, all_rooms
from jointlab.history.models import Entry


def subjects() -> Iterator[Subject]:
    """Yield what every room names, then the chains that no room names."""
    named = set()
    for room in all_rooms():
        for subject in room.chains() if room.chains else ():
            named.add(subject.chain)
            yield subject
    for chain in Entry.objects.values_list("chain", flat=True).distinct().order_by("chain"):
        if chain not in named:
            yield Subject(chain)


def find(code: str) -> Subject:
    """Return the subject of that code, or of the chain's id."""
    for subject in subjects():
        if code in (subject.code, str(subject.chain)):
            return subject
    raise Refusal(_("There is no history of %(code)s.") % {"code": code})
