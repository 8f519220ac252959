"""Signing an agreement: how far it is, the document, and what one does when it is one's turn."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jointlab.agreements import access
from jointlab.agreements.signature.forms import DeclineForm, DeputyForm, SignForm, UploadForm
from jointlab.agreements.signature.queries.binding import binding_of
from jointlab.agreements.signature.queries.deputies import choices_of
from jointlab.agreements.signature.queries.signing import (
    pages_of,
    pdf_of,
    picture_of,
    signing_of,
)
from jointlab.agreements.signature.services.asking import remind_signer
from jointlab.agreements.signature.services.deputies import name_deputy
from jointlab.agreements.signature.services.papers import make_paper_again
from jointlab.agreements.signature.services.signatures import decline as decline_signing
from jointlab.agreements.signature.services.signatures import sign_elsewhere, sign_here, turn_of
from jointlab.agreements.tabs import tabs_of
from jointlab.common.errors import NotNow
from jointlab.common.service_form import DecisionForm
from jointlab.common.web import confirm_page, form_page
from jointlab.parties.access import actor
from jointlab.signing.queries.certificates import good_certificate_of

# What a browser's own reader of PDF needs, and nothing that a document could want besides.
POLICY = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'none'"
)


@require_safe
def signing(request: HttpRequest, code: str) -> HttpResponse:
    """Show who has signed, whose turn it is, and the document."""
    agreement = access.get_agreement(request.user, code)
    rights = access.rights_of(request.user, agreement.partnership)
    context = {
        "agreement": agreement,
        "rights": rights,
        "tabs": tabs_of(agreement, rights),
        "signing": signing_of(request.user, agreement, rights),
    }
    return render(request, "agreements/signing.html", context)


@require_safe
def document(request: HttpRequest, code: str) -> HttpResponse:
    """Send the document as it is now, to be read, or with ?download to be kept."""
    agreement = access.get_agreement(request.user, code)
    found = pdf_of(agreement)
    if found is None:
        raise NotNow(_("The document of this agreement has not been made."))
    place = "attachment" if "download" in request.GET else "inline"
    return HttpResponse(
        found[1],
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'{place}; filename="{agreement.code}.pdf"',
            "Content-Security-Policy": POLICY,
            "Cache-Control": "private, no-store",
        },
    )


@require_safe
def picture(request: HttpRequest, code: str, sha256: str, number: int) -> HttpResponse:
    """Send a page of the document of that hash as a picture."""
    agreement = access.get_agreement(request.user, code)
    return HttpResponse(
        picture_of(agreement, sha256, number),
        content_type="image/png",
        headers={
            "Content-Disposition": f'inline; filename="{agreement.code}-{number}.png"',
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
            "Cache-Control": "private, no-store",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, code: str) -> HttpResponse:
    """Sign the document that was read, with one's own certificate."""
    agreement, by = access.get_agreement(request.user, code), actor(request)
    turn = turn_of(by=by, agreement=agreement)
    shown = {"sha256": turn.paper.sha256}
    form = SignForm(request.POST or None, initial=shown)
    if form.is_valid():
        with form.refusals():
            signed = sign_here(
                by=by,
                agreement=agreement,
                pin=form.cleaned_data["pin_code"],
                sha256=form.cleaned_data["sha256"],
            )
            return _after_signing(request, signed)
    form.data = shown  # what is signed is what the page shows now; a PIN is never sent back
    context = {"turn": turn, "form": form, "certificate": good_certificate_of(by)}
    return _page(request, "agreements/sign.html", agreement, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def elsewhere(request: HttpRequest, code: str) -> HttpResponse:
    """Take back the document, signed elsewhere."""
    agreement, by = access.get_agreement(request.user, code), actor(request)
    turn = turn_of(by=by, agreement=agreement)
    form = UploadForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        with form.refusals():
            signed = sign_elsewhere(by=by, agreement=agreement, pdf=form.cleaned_data["pdf"])
            return _after_signing(request, signed)
    return _page(request, "agreements/sign_elsewhere.html", agreement, turn=turn, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, code: str) -> HttpResponse:
    """Refuse to sign, with a reason."""
    agreement, by = access.get_agreement(request.user, code), actor(request)
    turn_of(by=by, agreement=agreement)
    form = DeclineForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            decline_signing(by=by, agreement=agreement, reason=form.cleaned_data["reason"])
            messages.success(request, _("You declined. Both sides are told."))
            return redirect("agreements:agreements")
    return confirm_page(
        request,
        title=_("Decline to sign %(agreement)s") % {"agreement": agreement.name},
        lead=_("The text goes back to those who negotiate it."),
        lost=[
            _("Every signature that was given on this document."),
            _("Both sides' approval of this text."),
        ],
        form=form,
        submit=_("Decline to sign"),
        cancel=reverse("agreements:signing", args=[code]),
    )


@require_POST
def remind(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Write again to whoever is asked to sign."""
    signature = access.get_signature(request.user, code, pk, to="remind signer")
    form = DecisionForm(request)
    if form.is_valid():
        with form.refusals():
            remind_signer(by=actor(request), signature=signature)
            messages.success(
                request, _("%(person)s is reminded by e-mail.") % {"person": signature.person.name}
            )
    for error in form.non_field_errors():
        messages.error(request, str(error))
    return redirect("agreements:signing", code)


@require_http_methods(["GET", "HEAD", "POST"])
def deputy(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Name somebody of one's side to sign in the place of somebody who has not signed."""
    signature = access.get_signature(request.user, code, pk, to="name deputy")
    people = choices_of(signature)
    if not people:
        raise NotNow(
            _(
                "Nobody else of your side may sign. Give somebody the role of signatory first, or"
                " reopen the text."
            )
        )
    form = DeputyForm(request.POST or None, people=people)
    if form.is_valid():
        with form.refusals():
            name_deputy(
                by=actor(request), signature=signature, person=UUID(form.cleaned_data["person"])
            )
            messages.success(
                request, _("Named. The document is made anew, and the first is asked to sign.")
            )
            return redirect("agreements:signing", code)
    return form_page(
        request,
        title=_("Who signs in the place of %(person)s") % {"person": signature.person.name},
        about=signature.agreement.name,
        lead=_(
            "The document names who signs, so it is made anew with the other name; nothing else of"
            " the text changes. Every side's approval remains, and all are told."
        ),
        form=form,
        submit=_("Name the deputy"),
        cancel=reverse("agreements:signing", args=[code]),
    )


@require_POST
def again(request: HttpRequest, code: str) -> HttpResponse:
    """Have a document that could not be made tried again."""
    agreement = access.get_agreement(request.user, code, to="draft")
    form = DecisionForm(request)
    if form.is_valid():
        with form.refusals():
            make_paper_again(by=actor(request), agreement=agreement)
            messages.success(request, _("The document is being made."))
    for error in form.non_field_errors():
        messages.error(request, str(error))
    return redirect("agreements:signing", code)


def _after_signing(request: HttpRequest, agreement: Any) -> HttpResponse:
    message = _("You have signed. The next one in order is asked now.")
    if agreement.signed_at is not None:
        message = _("You have signed, and so has everybody. All are told.")
    messages.success(request, message)
    return redirect("agreements:signing", agreement.code)


def _page(request: HttpRequest, template: str, agreement: Any, **more: Any) -> HttpResponse:
    turn, language = more["turn"], get_language() or "en"
    shown = {
        "cancel": reverse("agreements:signing", args=[agreement.code]),
        "binding": binding_of(turn.paper.version.text, turn.signature, language),
        "pages": pages_of(agreement),
    }
    return render(request, template, {"agreement": agreement, **shown, **more})
