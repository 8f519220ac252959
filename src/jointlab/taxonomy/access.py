"""Who reads and who keeps fields and skills: everybody signed in, and the operator."""

from __future__ import annotations

from typing import Protocol, TypeVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from jointlab.common.errors import NotAllowed
from jointlab.common.rows import get_visible
from jointlab.history.services import Actor
from jointlab.taxonomy.models import Field, Listed, Skill

Reader = AbstractBaseUser | AnonymousUser
Row = TypeVar("Row", bound=Listed)


class Keeper(Actor, Protocol):
    """A person, as far as this room needs to know one; the people's room lies above."""

    is_operator: bool
    is_active: bool


def fields_visible_to(user: Reader) -> QuerySet[Field]:
    """Return every field, to whoever is signed in."""
    return Field.objects.all() if user.is_authenticated else Field.objects.none()


def skills_visible_to(user: Reader) -> QuerySet[Skill]:
    """Return every skill, to whoever is signed in."""
    return Skill.objects.all() if user.is_authenticated else Skill.objects.none()


def get_field(user: Reader, pk: UUID, to: str = "view") -> Field:
    """Return a field with those above it, for that action."""
    above = "parent__parent__parent__parent"
    return _get_row(fields_visible_to(user).select_related(above), user, pk, to)


def get_skill(user: Reader, pk: UUID, to: str = "view") -> Skill:
    """Return a skill, for that action."""
    return _get_row(skills_visible_to(user), user, pk, to)


def may_edit(user: Reader | Keeper) -> bool:
    """Whether the person keeps the lists: whoever runs this instance."""
    return bool(user.is_active and getattr(user, "is_operator", False))


def require_operator(user: Reader | Keeper) -> None:
    """Refuse whoever does not run this instance."""
    if not may_edit(user):
        raise NotAllowed(_("Only an operator of this instance changes fields and skills."))


def _get_row(rows: QuerySet[Row], user: Reader, pk: UUID, to: str) -> Row:
    row = get_visible(rows, pk=pk)
    if to != "view":
        require_operator(user)
    return row
