"""A draft as a file: PDF to be read, .docx to be worked on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jointlab.agreements import access
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.agreements.signature.queries.drafts import draft_file

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@require_safe
def draft_as(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Send the draft in the languages of ?language=…, in all of them without."""
    agreement = access.get_agreement(request.user, code, to="read drafts")
    chosen = request.GET.getlist("language")
    file = draft_file(agreement, latest_version(agreement), kind, chosen)
    return HttpResponse(
        file.content,
        content_type=TYPES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{file.name}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
        },
    )
