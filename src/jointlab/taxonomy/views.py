"""Fields as a tree, skills to be searched, a page for each."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jointlab.common.show import Tab
from jointlab.common.web import form_page
from jointlab.taxonomy import access, queries
from jointlab.taxonomy.forms import FieldForm, SearchForm, SkillForm
from jointlab.taxonomy.schemes import FIELD_SCHEMES, SKILL_SCHEMES
from jointlab.taxonomy.services import names


@require_safe
def fields(request: HttpRequest) -> HttpResponse:
    """Show the fields from the top, or those whose name was asked for."""
    form = SearchForm(request.GET, schemes=FIELD_SCHEMES)
    rows = queries.only_list(access.fields_visible_to(request.user), form.filters["scheme"])
    if text := form.filters["q"]:
        page: Any = queries.find_by_name(rows, text, request.GET.get("page"))
    else:
        page = queries.fields_from_the_top(rows, request.GET.get("page"))
    return _list_page(request, form, page, _("Fields"), "taxonomy:field")


@require_safe
def skills(request: HttpRequest) -> HttpResponse:
    """Show the skills from the top, or those whose name was asked for."""
    form = SearchForm(request.GET, schemes=SKILL_SCHEMES)
    rows = queries.only_list(access.skills_visible_to(request.user), form.filters["scheme"])
    if text := form.filters["q"]:
        page: Any = queries.find_by_name(rows, text, request.GET.get("page"))
    else:
        page = queries.skills_from_the_top(rows, request.GET.get("page"))
    return _list_page(request, form, page, _("Skills"), "taxonomy:skill")


@require_safe
def field(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a field, what lies above it and what lies below."""
    row = access.get_field(request.user, pk)
    rows = access.fields_visible_to(request.user)
    shown = {
        "row": row,
        "above": queries.fields_above(row),
        "page": queries.fields_below(row, rows, request.GET.get("page")),
    }
    return _detail_page(request, shown, _("Fields"), "taxonomy:field")


@require_safe
def skill(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a skill, what is broader and what is narrower."""
    row = access.get_skill(request.user, pk)
    rows = access.skills_visible_to(request.user)
    shown = {
        "row": row,
        "above": queries.skills_above(row, rows),
        "page": queries.skills_below(row, rows, request.GET.get("page")),
    }
    return _detail_page(request, shown, _("Skills"), "taxonomy:skill")


@require_http_methods(["GET", "HEAD", "POST"])
def edit_field(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mend a field's names."""
    row = access.get_field(request.user, pk, to="edit")
    form, by = FieldForm(request.POST or None, initial=vars(row)), cast("Any", request.user)
    if form.is_valid():
        with form.refusals():
            names.edit_field(
                by=by, field=row, version=form.cleaned_data["version"], **form.others("version")
            )
            return _redirect_saved(request, "taxonomy:field", pk)
    return _edit_page(request, form, row, "taxonomy:field")


@require_http_methods(["GET", "HEAD", "POST"])
def edit_skill(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mend a skill's names and descriptions."""
    row = access.get_skill(request.user, pk, to="edit")
    form, by = SkillForm(request.POST or None, initial=vars(row)), cast("Any", request.user)
    if form.is_valid():
        with form.refusals():
            names.edit_skill(
                by=by, skill=row, version=form.cleaned_data["version"], **form.others("version")
            )
            return _redirect_saved(request, "taxonomy:skill", pk)
    return _edit_page(request, form, row, "taxonomy:skill")


def _list_page(
    request: HttpRequest, form: SearchForm, page: Any, title: str, detail: str
) -> HttpResponse:
    below = [row for root in page for row in getattr(root, "below", ())]
    shown = {"form": form, "page": page, "title": title, "detail": detail, "tabs": _tabs()}
    return render(request, "taxonomy/list.html", shown | queries.notices_for(page, below))


def _detail_page(
    request: HttpRequest, shown: dict[str, Any], title: str, detail: str
) -> HttpResponse:
    shown |= {
        "title": title,
        "detail": detail,
        "list_url": reverse(f"{detail}s"),
        "edit_url": reverse(detail.replace(":", ":edit_"), args=[shown["row"].pk]),
        "may_edit": access.may_edit(request.user),
    }
    said = queries.notices_for([shown["row"]], shown["above"], shown["page"])
    return render(request, "taxonomy/detail.html", shown | said)


def _edit_page(request: HttpRequest, form: Any, row: Any, detail: str) -> HttpResponse:
    return form_page(
        request,
        title=_("Edit names"),
        about=row.name,
        form=form,
        submit=_("Save"),
        cancel=reverse(detail, args=[row.pk]),
        lead=_("What is written here stays when the list is imported again."),
    )


def _redirect_saved(request: HttpRequest, detail: str, pk: UUID) -> HttpResponse:
    messages.success(request, _("The change is saved."))
    return redirect(detail, pk=pk)


def _tabs() -> list[Tab]:
    return [
        Tab(_("Fields"), reverse("taxonomy:fields")),
        Tab(_("Skills"), reverse("taxonomy:skills")),
    ]
