"""Inviting people to one's side, and opening the letter."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from jointlab.common.errors import NotVisible
from jointlab.common.service_form import DecisionForm
from jointlab.common.web import confirm_page
from jointlab.parties import access, access_invitations
from jointlab.parties.authentication import sign_in
from jointlab.parties.forms.invitations import InvitationForm, NewcomerForm
from jointlab.parties.services.invitations import (
    accept_invitation,
    invite_person,
    join_as_newcomer,
    send_invitation_again,
    withdraw_invitation,
)

A_PAGE = 50
STATUS = {"unknown": 404, "another": 403, "accepted": 410, "withdrawn": 410, "expired": 410}


@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: HttpRequest, code: str) -> HttpResponse:
    """Invite somebody; see who has not answered yet."""
    by = access.actor(request)
    inviting = access_invitations.get_partnership_to_invite(by, code)
    form = InvitationForm(
        request.POST or None, inviting=inviting, initial={"language": get_language()}
    )
    if form.is_valid():
        with form.refusals():
            sent = invite_person(
                by=by,
                partnership=inviting.partnership,
                organisation=form.cleaned_data["organisation"],
                email=form.cleaned_data["email"],
                language=form.cleaned_data["language"],
                roles=form.cleaned_data["roles"],
                unit=form.cleaned_data["unit"],
                until=form.cleaned_data["until"],
                **form.others("organisation", "email", "language", "roles", "unit", "until"),
            )
            messages.success(
                request, _("An e-mail is on its way to %(email)s.") % {"email": sent.email}
            )
            return redirect("parties:invitations", code=code)
    rows = Paginator(access_invitations.pending_invitations(inviting), A_PAGE)
    page = rows.get_page(request.GET.get("page"))
    context = {
        "form": form,
        "inviting": inviting,
        "partnership": inviting.partnership,
        "page": page,
    }
    return render(request, "parties/invitations.html", context)


@require_POST
def send_again(request: HttpRequest, code: str, invitation: UUID) -> HttpResponse:
    """Send the letter again, with a new link."""
    found = access_invitations.get_invitation(request.user, code, invitation)
    send_invitation_again(by=access.actor(request), invitation=found)
    messages.success(
        request, _("A new e-mail is on its way to %(email)s.") % {"email": found.email}
    )
    return redirect("parties:invitations", code=code)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, code: str, invitation: UUID) -> HttpResponse:
    """Take an invitation back, after saying what is lost."""
    found = access_invitations.get_invitation(request.user, code, invitation)
    back = reverse("parties:invitations", kwargs={"code": code})
    form = DecisionForm(request)
    if form.is_valid():
        with form.refusals():
            withdraw_invitation(by=access.actor(request), invitation=found)
            messages.success(
                request, _("The invitation is withdrawn: its link opens nothing any more.")
            )
            return redirect(back)
    return confirm_page(
        request,
        title=_("Withdraw the invitation of %(email)s") % {"email": found.email},
        lost=[_("The link in the e-mail opens nothing any more.")],
        form=form,
        submit=_("Withdraw invitation"),
        cancel=back,
    )


@login_not_required
@never_cache
@sensitive_post_parameters("password", "password_again")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Open the letter: join as who is signed in, sign in, or become somebody new."""
    try:
        found = access_invitations.get_invitation_by_token(token)
    except NotVisible:
        return _closed_page(request, "unknown")
    if found.standing != "open":
        return _closed_page(request, found.standing)
    if request.user.is_authenticated:
        return _join_page(request, found, token)
    if access_invitations.has_account(found):
        context = {"invitation": found, "next": request.path}
        return render(request, "parties/invitation_known.html", context)
    return _newcomer_page(request, found, token)


def _join_page(request: HttpRequest, found: Any, token: str) -> HttpResponse:
    by = access.actor(request)
    if by.email != found.email:
        return _closed_page(request, "another")
    form = DecisionForm(request)
    if form.is_valid():
        with form.refusals():
            accept_invitation(by=by, token=token)
            messages.success(request, _welcome_message(found))
            return redirect("parties:partnership", code=found.partnership.code)
    return render(request, "parties/invitation_join.html", {"invitation": found, "form": form})


def _newcomer_page(request: HttpRequest, found: Any, token: str) -> HttpResponse:
    initial = {
        "language": get_language(),
        "language_own": {"zh-hans": "zh-Hans"}.get(get_language(), get_language()),
        "time_zone": settings.TIME_ZONE,
    }
    form = NewcomerForm(request.POST or None, email=found.email, initial=initial)
    if form.is_valid():
        with form.refusals():
            membership = join_as_newcomer(
                token=token, password=form.cleaned_data["password"], **form.others("password")
            )
            messages.success(request, _welcome_message(found))
            onward = reverse("parties:partnership", kwargs={"code": found.partnership.code})
            return sign_in(request, membership.person, onward)
    return render(request, "parties/invitation_newcomer.html", {"invitation": found, "form": form})


def _welcome_message(found: Any) -> str:
    return _("You are a member of %(partnership)s now.") % {"partnership": found.partnership.name}


def _closed_page(request: HttpRequest, standing: str) -> HttpResponse:
    context = {"standing": standing}
    return render(request, "parties/invitation_closed.html", context, status=STATUS[standing])
