"""What a browser may load and run on our pages: what we serve, and nothing that stands in them."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data:",  # the picture of a one-time password's secret never is a file
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
HEADER = "; ".join(f"{what} {whence}" for what, whence in POLICY.items())


class ContentSecurityPolicy:
    """Say so on every page. One that needs more sets the header itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        answer = self.get_response(request)
        answer.headers.setdefault("Content-Security-Policy", HEADER)
        answer.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"
        )
        return answer
