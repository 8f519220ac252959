"""Comments on a text: of both sides, or kept to one's own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jointlab.agreements import access
from jointlab.agreements.negotiation.forms.comments import CommentForm
from jointlab.agreements.negotiation.queries.changes import (
    clause_choices,
    comment_count,
    comments_of,
    takes_comments,
)
from jointlab.agreements.negotiation.queries.texts import latest_version
from jointlab.agreements.negotiation.services.comments import (
    comment,
    set_comment_aside,
    settle_comment,
)
from jointlab.agreements.negotiation.views.editing import GET_OR_POST
from jointlab.agreements.tabs import tabs_of
from jointlab.agreements.text import Text
from jointlab.common.fields import ReasonForm
from jointlab.common.service_form import DecisionForm
from jointlab.common.web import confirm_page
from jointlab.parties.access import actor, own_side

# By whether a side says it to itself.
AFTER = {
    True: gettext_lazy("Your comment is there. Only your side reads it."),
    False: gettext_lazy("Your comment is there. Both sides read it."),
}


@GET_OR_POST
def comments(request: HttpRequest, code: str) -> HttpResponse:
    """Show the comments that the person sees, and take another."""
    to = "comment" if request.method == "POST" else "read drafts"
    agreement = access.get_agreement(request.user, code, to=to)
    text = latest_version(agreement).text
    form = CommentForm(
        request.POST or None,
        clauses=clause_choices(text),
        side=own_side(request.user, agreement.partnership).name,
        sent=agreement.is_sent,
        initial={"clause": request.GET.get("clause", "")},
    )
    if form.is_valid():
        with form.refusals():
            comment(
                by=actor(request),
                agreement=agreement,
                text=form.cleaned_data["text"],
                clause=form.cleaned_data["clause"],
                own_side=form.cleaned_data["own_side"],
            )
            messages.success(request, AFTER[form.cleaned_data["own_side"]])
            return redirect("agreements:comments", code)
    return _list(request, agreement, text, form)


def _list(request: HttpRequest, agreement: Any, text: Text, form: CommentForm) -> HttpResponse:
    clause, settled = request.GET.get("clause", ""), "settled" in request.GET
    rights = access.rights_of(request.user, agreement.partnership)
    context = {
        "agreement": agreement,
        "may_comment": takes_comments(agreement, rights),
        "tabs": tabs_of(agreement, rights),
        "form": form,
        "settled": settled,
        "clause": clause,
        "count": comment_count(request.user, agreement),
        "page": comments_of(
            request.user,
            agreement,
            text,
            settled=settled,
            clause=clause,
            number=request.GET.get("page"),
        ),
    }
    return render(request, "agreements/comments.html", context)


@require_POST
def settle(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Say that a comment is settled."""
    row = access.get_comment(request.user, code, pk, to="settle")
    form = DecisionForm(request)
    if form.is_valid():
        with form.refusals():
            settle_comment(by=actor(request), comment=row)
            messages.success(
                request, _("The comment is resolved. It is among the resolved comments now.")
            )
    for refusal in form.non_field_errors():
        messages.error(request, str(refusal))
    return redirect("agreements:comments", code)


@GET_OR_POST
def set_aside(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Give a comment up, with a reason."""
    row = access.get_comment(request.user, code, pk, to="settle")
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            set_comment_aside(by=actor(request), comment=row, reason=form.cleaned_data["reason"])
            messages.success(
                request, _("The comment is set aside. It is among the resolved ones now.")
            )
            return redirect("agreements:comments", code)
    return confirm_page(
        request,
        title=_("Set the comment aside"),
        lead=_(
            "For a comment that was not followed. It hinders nobody any more; who reads the"
            " comment reads your reason, too."
        ),
        lost=[row.text],
        form=form,
        submit=_("Set aside"),
        cancel=reverse("agreements:comments", args=[code]),
    )
