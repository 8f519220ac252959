"""Taking over a text of one's own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from jointlab.agreements import access
from jointlab.agreements.negotiation.forms.importing import ImportForm
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.agreements.negotiation.services.importing import import_clauses
from jointlab.agreements.negotiation.views.editing import GET_OR_POST, after_saving, edit_page
from jointlab.parties.access import actor


@GET_OR_POST
def import_text(request: HttpRequest, code: str) -> HttpResponse:
    """Paste a text or send a .docx, and have clauses made of it."""
    agreement = access.get_agreement(request.user, code, to="draft")
    version = latest_version(agreement)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ImportForm(*sent, version=version)
    if form.is_valid():
        with form.refusals():
            saved = import_clauses(
                by=actor(request),
                agreement=agreement,
                base=form.cleaned_data["version"],
                clauses=form.cleaned_data["clauses"],
                language=form.cleaned_data["language"],
                how=form.cleaned_data["how"],
            )
            return after_saving(request, saved, "edit-clauses", code)
    lead = _(
        "Clauses are numbered by their place, so numbers before headings are left out; points that a"
        " word processor numbered become plain points. Read what was taken over before you send it."
    )
    return edit_page(
        request,
        agreement,
        version,
        form,
        _("Take over a text of your own"),
        cancel=reverse("agreements:edit-clauses", args=[code]),
        lead=lead,
    )
