"""An agreement: its text as one reads it, and beginning one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jointlab.agreements import access
from jointlab.agreements.force.queries.endings import last_day
from jointlab.agreements.force.queries.life import life_of
from jointlab.agreements.force.queries.notices_of_end import banner_on
from jointlab.agreements.negotiation.forms.agreement import DraftForm
from jointlab.agreements.negotiation.queries.changes import followed
from jointlab.agreements.negotiation.queries.lacking import Lack, what_is_missing
from jointlab.agreements.negotiation.queries.reading import reading_of
from jointlab.agreements.negotiation.queries.texts import latest_version, offers_of
from jointlab.agreements.negotiation.services.drafting import draft_agreement
from jointlab.agreements.signature.queries.drafts import is_draft
from jointlab.agreements.tabs import tabs_of
from jointlab.common.web import form_page
from jointlab.parties.access import actor

DRAFTED = gettext_lazy(
    "Drafted. Only your side sees it until you send it. Read it, then change what is to be changed."
)


@require_safe
def agreement(request: HttpRequest, code: str) -> HttpResponse:
    """Show an agreement: where it stands, what can be done now, and its text."""
    agreement = access.get_agreement(request.user, code)
    rights, version = (
        access.rights_of(request.user, agreement.partnership),
        latest_version(agreement),
    )
    comments = access.open_comments_by_clause(request.user, agreement)
    negotiates = agreement.state == "draft" and "read drafts" in rights
    lacks: list[Lack] = []
    if negotiates:
        own = access.own_membership(request.user, agreement)
        lacks = what_is_missing(agreement, version, own, comments)
    context = {
        "agreement": agreement,
        "version": version,
        "follows": followed(request.user, agreement),
        "rights": rights,
        "tabs": tabs_of(agreement, rights),
        "life": life_of(agreement, version),
        "last_day": last_day(agreement),
        "banner": banner_on(agreement),
        "offers": offers_of(request.user, agreement, version),
        "taken_away": is_draft(agreement) and "read drafts" in rights,
        "missing": lacks,
        "reading": reading_of(version.text, get_language() or "en", comments),
    }
    return render(request, "agreements/agreement.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, code: str) -> HttpResponse:
    """Begin an agreement of a partnership."""
    partnership = access.get_partnership(request.user, code, to="draft")
    form = DraftForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            row = draft_agreement(
                by=actor(request),
                partnership=partnership,
                kind=form.cleaned_data["kind"],
                start=form.cleaned_data["start"],
                end=form.cleaned_data["end"],
                names=form.names,
            )
            messages.success(request, DRAFTED)
            return redirect("agreements:agreement", row.code)
    cancel = reverse("agreements:of-partnership", args=[code])
    return form_page(
        request,
        title=_("Draft an agreement"),
        about=partnership.name,
        form=form,
        submit=_("Draft"),
        cancel=cancel,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, code: str, relation: str) -> HttpResponse:
    """Begin an amendment or a renewal of an agreement."""
    followed = access.get_agreement(request.user, code, to="follow")
    form = DraftForm(request.POST or None, follows=followed, relation=relation)
    if form.is_valid():
        with form.refusals():
            row = draft_agreement(
                by=actor(request),
                partnership=followed.partnership,
                kind=followed.kind,
                start=form.cleaned_data["start"],
                end=form.cleaned_data["end"],
                names=form.names,
                follows=followed,
                relation=relation,
            )
            messages.success(request, DRAFTED)
            return redirect("agreements:agreement", row.code)
    title = _("Draft an amendment") if relation == "amendment" else _("Draft a renewal")
    return form_page(
        request,
        title=title,
        about=followed.name,
        form=form,
        submit=_("Draft"),
        cancel=reverse("agreements:agreement", args=[code]),
    )
