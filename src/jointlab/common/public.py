"""Pages that everybody may read, search engines included."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import conditional_page, require_safe

View = Callable[..., HttpResponse]
HEADER = "X-Robots-Tag"  # what search engines may do with the answer


def public(view: View) -> View:
    """Let everybody, and every search engine, read this; who has it is told so without a body."""

    @wraps(view)
    def answered(request: HttpRequest, **arguments: Any) -> HttpResponse:
        answer = view(request, **arguments)
        answer.headers.setdefault(HEADER, "all")
        if not answer.has_header("Cache-Control"):
            patch_cache_control(answer, no_cache=True)
            if request.user.is_authenticated:
                patch_cache_control(answer, private=True)
        return answer

    whole: View = login_not_required(require_safe(conditional_page(answered)))
    return whole
