"""What is owed by an agreement: lists, one of them, who answers for it, that it was done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jointlab.agreements import access
from jointlab.agreements.forms.agreement import ReasonForm
from jointlab.agreements.forms.duties import AssignForm, MeetForm, OwedForm
from jointlab.agreements.parts import tabs_of
from jointlab.agreements.queries import duties
from jointlab.agreements.services.obligations import (
    assign_obligation,
    meet_obligation,
    return_obligation,
)
from jointlab.common.pages import form_page
from jointlab.parties.access import actor
from jointlab.parties.queries import page


@require_safe
def obligations(request: HttpRequest, code: str) -> HttpResponse:
    """List what falls due by an agreement."""
    agreement = access.get_agreement(request.user, code, to="read")
    form = OwedForm(request.GET, sides=duties.sides_of(agreement))
    rows = duties.in_order(duties.narrowed(duties.dues_of(agreement), **form.narrowed()))
    found = page(rows, request.GET.get("page"), duties.PAGE)
    context = {
        "agreement": agreement,
        "tabs": tabs_of(agreement, access.rights_of(request.user, agreement)),
        "form": form,
        "page": found,
        "owed": duties.owed(found.object_list),
    }
    return render(request, "agreements/obligations.html", context)


@require_safe
def all_obligations(request: HttpRequest) -> HttpResponse:
    """List what the person's own sides owe by all agreements, the soonest first."""
    rows = duties.in_order(duties.owed_by_my_sides(request.user))
    found = page(rows, request.GET.get("page"), duties.PAGE)
    context = {"page": found, "owed": duties.owed(found.object_list)}
    return render(request, "agreements/all_obligations.html", context)


@require_safe
def due(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Show something due: who owes it, who answers for it, what shows that it was done."""
    row = access.get_due(request.user, code, pk)
    [owed] = duties.owed([row])
    context = {
        "agreement": row.agreement,
        "owed": owed,
        "due": row,
        "offers": duties.offers_of(actor(request), row),
        "files": duties.files_of(row),
    }
    return render(request, "agreements/due.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def meet(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Report something due as done."""
    row = access.get_due_to_meet(request.user, code, pk)
    form = MeetForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.done(meet_obligation, by=actor(request), due=row):
        messages.success(request, _("Reported as done. The other side sees what shows it."))
        return redirect("agreements:due", code, pk)
    return _form(request, row, _("Report it as done"), form, _("Report it as done"))


@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Return something that was reported as done, with a reason."""
    row = access.get_due_to_return(request.user, code, pk)
    form = ReasonForm(request.POST or None)
    if form.done(return_obligation, by=actor(request), due=row):
        messages.success(request, _("Returned. Whoever answers for it is told."))
        return redirect("agreements:due", code, pk)
    return _form(request, row, _("Return it"), form, _("Return it"))


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Say who of one's side answers for an obligation; the address is that of one of its dues."""
    row = access.get_due_to_assign(request.user, code, pk)
    obligation = row.obligation
    form = AssignForm(
        request.POST or None,
        members=duties.people_to_name(obligation),
        initial={"version": obligation.version, "owner": obligation.owner_id},
    )
    if form.done(assign_obligation, by=actor(request), obligation=obligation):
        messages.success(request, _("Named."))
        return redirect("agreements:due", code, pk)
    title = _("Name who answers for it")
    return _form(request, row, title, form, title)


@require_safe
def evidence(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send a file that shows that something was done: to be kept, never to be opened here."""
    file = access.get_evidence(request.user, pk)
    return HttpResponse(
        bytes(file.data),
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": content_disposition_header(True, file.name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
        },
    )


def _form(request: HttpRequest, row: Any, title: str, form: Any, submit: str) -> HttpResponse:
    back = reverse("agreements:due", args=[row.agreement.code, row.pk])
    about = row.obligation.what
    return form_page(request, title=title, about=about, form=form, submit=submit, cancel=back)
