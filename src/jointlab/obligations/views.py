"""What is owed: lists, one of them, who answers for it, that it was done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jointlab.common.fields import ReasonForm
from jointlab.common.web import form_page
from jointlab.obligations import access
from jointlab.obligations.forms import AssignForm, MeetForm, OwedForm
from jointlab.obligations.queries import dues
from jointlab.obligations.services.obligations import (
    accept_obligation,
    assign_obligation,
    meet_obligation,
    return_obligation,
)
from jointlab.obligations.subjects import breadcrumb_to_obligations, get_heading
from jointlab.parties.access import actor
from jointlab.parties.queries import page, sides_of


@require_safe
def obligations(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """List what falls due by a subject."""
    heading = get_heading(request.user, kind, code)
    subject = heading.subject
    form = OwedForm(request.GET, sides=sides_of(heading.partnership))
    rows = dues.soonest_first(dues.filter_dues(dues.dues_of(subject), *form.chosen))
    found = page(rows, request.GET.get("page"), dues.PAGE)
    context = {
        "heading": heading,
        "form": form,
        "page": found,
        "owed": dues.dues_shown(found.object_list, {subject.id: subject}),
    }
    return render(request, "obligations/obligations.html", context)


@require_safe
def all_obligations(request: HttpRequest) -> HttpResponse:
    """List what the person's own sides owe, whatever asks for it, the soonest first."""
    rows = dues.soonest_first(dues.owed_by_my_sides(request.user))
    found = page(rows, request.GET.get("page"), dues.PAGE)
    context = {
        "page": found,
        "owed": dues.dues_shown(found.object_list),
        "crumbs": breadcrumb_to_obligations(),
    }
    return render(request, "obligations/all_obligations.html", context)


@require_safe
def due(request: HttpRequest, kind: str, code: str, pk: UUID) -> HttpResponse:
    """Show something due: who owes it, who answers for it, what shows that it was done."""
    found = access.get_due(request.user, kind, code, pk)
    subject = found.heading.subject
    context = {
        "subject": subject,
        "owed": dues.due_shown(found.due, subject),
        "due": found.due,
        "offers": access.offers_of(found),
        "files": dues.files_of(found.due),
    }
    return render(request, "obligations/due.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def meet(request: HttpRequest, kind: str, code: str, pk: UUID) -> HttpResponse:
    """Report something due as done."""
    row = access.get_due(request.user, kind, code, pk, to="meet").due
    form = MeetForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        with form.refusals():
            meet_obligation(
                by=actor(request),
                due=row,
                evidence=form.cleaned_data["evidence"],
                link=form.cleaned_data["link"],
                uploads=form.cleaned_data["uploads"],
            )
            messages.success(
                request, _("The obligation is reported as done. The other side sees the evidence.")
            )
            return redirect("obligations:due", kind, code, pk)
    return _act_page(request, row, code, _("Report it as done"), form)


@require_POST
def accept(request: HttpRequest, kind: str, code: str, pk: UUID) -> HttpResponse:
    """Accept something that was reported as done; the page from which one does shows what shows it."""
    row = access.get_due(request.user, kind, code, pk, to="accept").due
    accept_obligation(by=actor(request), due=row)
    messages.success(request, _("The report is accepted. The responsible person is told."))
    return redirect("obligations:due", kind, code, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def return_due(request: HttpRequest, kind: str, code: str, pk: UUID) -> HttpResponse:
    """Return something that was reported as done, with a reason."""
    row = access.get_due(request.user, kind, code, pk, to="return").due
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            return_obligation(by=actor(request), due=row, reason=form.cleaned_data["reason"])
            messages.success(request, _("The report is returned. The responsible person is told."))
            return redirect("obligations:due", kind, code, pk)
    return _act_page(request, row, code, _("Return it"), form)


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest, kind: str, code: str, pk: UUID) -> HttpResponse:
    """Say who of one's side answers for an obligation; the address is that of one of its dues."""
    row = access.get_due(request.user, kind, code, pk, to="assign").due
    obligation = row.obligation
    form = AssignForm(
        request.POST or None,
        members=dues.people_to_assign(obligation),
        initial={"version": obligation.version, "owner": obligation.owner_id},
    )
    if form.is_valid():
        with form.refusals():
            assign_obligation(
                by=actor(request),
                obligation=obligation,
                version=form.cleaned_data["version"],
                owner=form.cleaned_data["owner"],
            )
            messages.success(
                request,
                _("The responsible person is saved. They get the e-mails, and report it as done."),
            )
            return redirect("obligations:due", kind, code, pk)
    return _act_page(request, row, code, _("Name the responsible person"), form)


@require_safe
def evidence(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send a file that shows that something was done: to be kept, never to be opened here."""
    file = access.get_evidence(request.user, pk)
    return HttpResponse(
        dues.evidence_contents(file),
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": content_disposition_header(True, file.name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
        },
    )


def _act_page(request: HttpRequest, row: Any, code: str, act: str, form: Any) -> HttpResponse:
    """Show the form of an act, whose name is both the page's title and its button."""
    obligation = row.obligation
    back = reverse("obligations:due", args=[obligation.subject_kind, code, row.pk])
    about = obligation.what
    return form_page(request, title=act, about=about, form=form, submit=act, cancel=back)
