"""The gallery of components, and the style sheet that they share."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from jointlab.common import stylesheet
from jointlab.common.specimens import sample, specimens


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show each component in every state, with the template that makes it."""
    return render(request, "common/gallery.html", {**sample(), "specimens": specimens()})


@login_not_required
@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def style(request: HttpRequest, fingerprint: str) -> HttpResponse:
    """Serve the style sheet in one piece, to be kept for ever."""
    if fingerprint != stylesheet.fingerprint():
        raise Http404
    return HttpResponse(stylesheet.joined(), content_type="text/css; charset=utf-8")
