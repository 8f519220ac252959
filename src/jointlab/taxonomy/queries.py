"""Fields and skills as pages show them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Case, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Lower
from django.utils.translation import get_language

from jointlab.common.names import COLUMN
from jointlab.taxonomy.models import Field, Listed, Skill

Row = TypeVar("Row", bound=Listed)
FOUND_ON_A_PAGE = 50
ROOTS_ON_A_PAGE = 12


def find_by_name(rows: QuerySet[Row], text: str, number: Any) -> Page[Row]:
    """Return a page of the rows whose name in any language holds the text; names that begin with it first."""
    names = COLUMN.values()
    inside, begins = Q(), Q()
    for name in names:
        inside |= Q(**{f"{name}__icontains": text})
        begins |= Q(**{f"{name}__istartswith": text})
    first = Case(When(begins, then=Value(0)), default=Value(1))
    ordered = rows.filter(inside).order_by(first, Lower("name_en"), "id")
    return Paginator(ordered, FOUND_ON_A_PAGE).get_page(number)


def fields_from_the_top(rows: QuerySet[Field], number: Any) -> Page[Field]:
    """Return a page of the fields that lie below no other, each with those right below it."""
    return _from_the_top(rows.filter(parent=None), "children", rows, number)


def skills_from_the_top(rows: QuerySet[Skill], number: Any) -> Page[Skill]:
    """Return a page of the skills that lie below no other, each with those right below it."""
    return _from_the_top(rows.filter(broader=None), "narrower", rows, number)


def _from_the_top(
    roots: QuerySet[Row], relation: str, rows: QuerySet[Any], number: Any
) -> Page[Row]:
    below = Prefetch(relation, queryset=rows, to_attr="below")
    ordered = roots.order_by("scheme", "code").prefetch_related(below)
    page = Paginator(ordered, ROOTS_ON_A_PAGE).get_page(number)
    for root in page:
        root.below = sort_by_code(root.below)  # type: ignore[attr-defined]
    return page


def fields_above(field: Field) -> list[Field]:
    """Return the fields above one, from the top down."""
    above: list[Field] = []
    while field.parent is not None:
        field = field.parent
        above.insert(0, field)
    return above


def fields_below(field: Field, rows: QuerySet[Field], number: Any) -> Page[Field]:
    """Return a page of the fields right below one."""
    return Paginator(sort_by_code(rows.filter(parent=field)), FOUND_ON_A_PAGE).get_page(number)


def skills_above(skill: Skill, rows: QuerySet[Skill]) -> list[Skill]:
    """Return the skills that are broader than one."""
    return sort_by_code(rows.filter(narrower=skill))


def skills_below(skill: Skill, rows: QuerySet[Skill], number: Any) -> Page[Skill]:
    """Return a page of the skills that are narrower than one."""
    narrower = rows.filter(broader=skill).order_by(Lower("name_en"), "id")
    return Paginator(narrower, FOUND_ON_A_PAGE).get_page(number)


def sort_by_code(rows: Iterable[Row]) -> list[Row]:
    """Sort by code as people count: 2.9 stands before 2.10."""

    def key(row: Row) -> tuple[str, list[tuple[int, str]]]:
        parts = re.split(r"(\d+)", row.code)
        return row.scheme, [(int(p), "") if p.isdecimal() else (-1, p) for p in parts]

    return sorted(rows, key=key)


def only_list(rows: QuerySet[Row], scheme: str) -> QuerySet[Row]:
    """Keep the rows of that list; all of them when none is named."""
    return rows.filter(scheme=scheme) if scheme else rows


def notices_for(*groups: Iterable[Listed]) -> dict[str, Any]:
    """Return the notices that a page of these rows must show.

    The lists that they come from, whose publishers are to be named; and whether one has no name in
    the reader's language, so that its English one is shown.
    """
    rows = [row for group in groups for row in group]
    column = COLUMN[get_language() or "en"]
    return {
        "lists": list(dict.fromkeys(row.listed_in for row in rows)),
        "in_english": any(not getattr(row, column) for row in rows),
    }
