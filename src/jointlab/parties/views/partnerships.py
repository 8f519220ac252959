"""The partnerships of the person who reads."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jointlab.common.rooms import all_rooms
from jointlab.common.web import form_page
from jointlab.history.access import chain_visible_to
from jointlab.history.queries import integrity_of, latest
from jointlab.parties import access, queries
from jointlab.parties.forms.partnerships import PartnershipForm, PurposeForm
from jointlab.parties.glance import glances_of
from jointlab.parties.services.partnerships import describe_partnership, edit_partnership
from jointlab.parties.tabs import tabs_of

LATEST = 4


@require_safe
def partnerships(request: HttpRequest) -> HttpResponse:
    """List the partnerships that the person sees."""
    rows = queries.page(queries.partnerships_of(request.user), request.GET.get("page"))
    return render(request, "parties/partnerships.html", {"page": rows})


@require_safe
def partnership(request: HttpRequest, code: str) -> HttpResponse:
    """Show a partnership: what it is, where it stands, who is in it, what happened lately."""
    partnership = access.get_partnership(request.user, code)
    rights = access.rights_of(request.user, partnership)
    chain = chain_visible_to(request.user, partnership.pk) if "read history" in rights else None
    return render(
        request,
        "parties/partnership.html",
        {
            "partnership": partnership,
            "rights": rights,
            "tabs": tabs_of(partnership, rights),
            "glances": glances_of(request.user, partnership, chain),
            "integrity": integrity_of(partnership.pk) if chain else None,
            "banners": [
                banner
                for room in all_rooms()
                if room.banners
                for banner in room.banners(request.user, partnership)
            ],
            "life": queries.life_of(partnership),
            "sides": queries.people_by_side(partnership),
            "earlier": queries.former_members(partnership),
            "latest": latest(chain, LATEST) if chain else None,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a partnership's names."""
    partnership = access.get_partnership(request.user, code, to="edit")
    form = PartnershipForm(request.POST or None, row=partnership)
    if form.is_valid():
        with form.refusals():
            edit_partnership(
                by=access.actor(request),
                partnership=partnership,
                version=form.cleaned_data["version"],
                **form.others("version"),
            )
            messages.success(request, _("Your changes are saved."))
            return redirect("parties:partnership", code)
    return form_page(
        request,
        title=_("Edit names"),
        about=partnership.name,
        form=form,
        submit=_("Save"),
        cancel=reverse("parties:partnership", args=[code]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def describe(request: HttpRequest, code: str) -> HttpResponse:
    """Say what the partnership is for."""
    partnership = access.get_partnership(request.user, code, to="describe")
    form = PurposeForm(request.POST or None, row=partnership)
    if form.is_valid():
        with form.refusals():
            describe_partnership(
                by=access.actor(request),
                partnership=partnership,
                version=form.cleaned_data["version"],
                **form.others("version"),
            )
            messages.success(request, _("Your changes are saved."))
            return redirect("parties:partnership", code)
    return form_page(
        request,
        title=_("Describe the partnership"),
        about=partnership.name,
        form=form,
        submit=_("Save"),
        cancel=reverse("parties:partnership", args=[code]),
    )
