"""Answering a comment."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jointlab.agreements import access
from jointlab.agreements.negotiation.forms.comments import ReplyForm
from jointlab.agreements.negotiation.services.comments import answer_comment
from jointlab.agreements.negotiation.views.editing import GET_OR_POST
from jointlab.common.web import form_page
from jointlab.parties.access import actor


@GET_OR_POST
def answer(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Answer a comment, beneath its words."""
    comment = access.get_comment(request.user, code, pk, to="comment")
    form = ReplyForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            answer_comment(by=actor(request), comment=comment, text=form.cleaned_data["text"])
            messages.success(request, _("Your answer is saved. All who read the comment read it."))
            return redirect("agreements:comments", code)
    return form_page(
        request,
        title=_("Answer the comment"),
        about=comment.agreement.name,
        form=form,
        submit=_("Answer"),
        cancel=reverse("agreements:comments", args=[code]),
        lead=comment.text,
    )
