"""Whose chain is whose: a room says it in a module `chains.py`, found by its name.

Its function `subjects()` yields a `Subject` for each thing of the room that has a chain with at
least one entry from its first day on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from uuid import UUID

from django.apps import apps
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext as _

from jointlab.common.errors import Refusal
from jointlab.history.models import Entry


@dataclass(frozen=True)
class Subject:
    """What a chain is the history of."""

    chain: UUID
    code: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


def subjects() -> Iterator[Subject]:
    """Yield what every room names, then the chains that no room names."""
    named = set()
    for subject in _named():
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


def _named() -> Iterator[Subject]:
    for config in apps.get_app_configs():
        if config.module and module_has_submodule(config.module, "chains"):
            yield from import_module(f"{config.name}.chains").subjects()
