"""One's own account: names, language, time zone; the way to its keys; what was kept."""

from __future__ import annotations

import re

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django.views.defaults import permission_denied

from jointlab.common.web import in_language
from jointlab.parties import access
from jointlab.parties import interrupted_forms as keeping
from jointlab.parties.forms.profile import ProfileForm
from jointlab.parties.services.people import edit_profile

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # nothing that anybody typed


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change what a person says about themselves."""
    person = access.actor(request)
    initial = {name: getattr(person, name) for name in ProfileForm.base_fields}
    initial["time_zone"] = person.time_zone or settings.TIME_ZONE
    form = ProfileForm(request.POST or None, initial=initial)
    if form.is_valid():
        with form.refusals():
            edited = edit_profile(
                by=person, version=form.cleaned_data["version"], **form.others("version")
            )
            with translation.override(edited.language):
                messages.success(request, _("Your profile is saved."))
            return redirect(in_language(request.path, edited.language))
    return render(request, "parties/profile.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def show_interrupted_form(request: HttpRequest) -> HttpResponse:
    """Show what was sent after the sign-in had ended, to be sent again or discarded."""
    found = keeping.get_interrupted_form(request)
    if request.method == "POST" or found is None:
        keeping.drop_interrupted_form(request)
        return redirect(settings.LOGIN_REDIRECT_URL)
    shown = [
        (name, value)
        for name, value in found["fields"]
        if value and name != "version" and not ID.fullmatch(value)
    ]
    context = {"kept": found, "shown": shown, "discard": reverse("kept")}
    return render(request, "parties/profile_kept.html", context)


@login_not_required
def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is not good: of ours, it was open while its reader signed in anew.

    A browser says from which site a form comes; one from elsewhere is refused and nothing kept.
    """
    ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    if ours and request.user.is_authenticated:
        keeping.save_interrupted_form(request)
        return redirect("kept")
    refusal = _("This form was open for too long, or is not of this site. Load the page again.")
    return permission_denied(request, PermissionDenied(refusal))


def absent(request: HttpRequest, **_: str) -> HttpResponse:
    """Answer for pages of allauth's that this platform does not have."""
    raise Http404
