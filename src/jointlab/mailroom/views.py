"""Which letters one gets, what failed, and the other services."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jointlab.common.letters import Pace
from jointlab.common.service_form import DecisionForm
from jointlab.common.web import confirm_page
from jointlab.mailroom import access, queries
from jointlab.mailroom.forms import ChoicesForm, HookForm
from jointlab.mailroom.services.choices import choose_letters
from jointlab.mailroom.services.failures import send_again, set_aside
from jointlab.mailroom.services.hooks import add_hook, remove_hook
from jointlab.parties.access import actor


@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """Show and change which letters somebody gets, and when."""
    person = actor(request)
    form = ChoicesForm(request.POST or None, queries.paces_of(person))
    if form.is_valid():
        with form.refusals():
            paces = {name: Pace(value) for name, value in form.cleaned_data.items()}
            choose_letters(by=person, paces=paces)
            messages.success(request, _("Your notifications are saved."))
            return redirect("mailroom:choices")
    hooks = [
        (hook, queries.SERVICES_CALLED[hook.service]) for hook in access.hooks_visible_to(person)
    ]
    context = {
        "form": form,
        "hooks": hooks,
        "paces": Pace,
        "failures": access.failures_visible_to(person).count(),
    }
    return render(request, "mailroom/choices.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Add another service."""
    form = HookForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            add_hook(by=actor(request), address=form.cleaned_data["credential"])
            messages.success(
                request,
                _("The service is added. A first message is on its way: look for it there."),
            )
            return redirect("mailroom:choices")
    return render(
        request,
        "mailroom/hook_add.html",
        {"form": form, "services": queries.SERVICES_CALLED.values()},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Remove one of one's own services."""
    hook = access.get_hook(request.user, pk)
    form = DecisionForm(request)
    if form.is_valid():
        with form.refusals():
            remove_hook(by=actor(request), hook=hook)
            messages.success(request, _("The service is removed."))
            return redirect("mailroom:choices")
    return confirm_page(
        request,
        title=_("Remove %(service)s") % {"service": queries.SERVICES_CALLED[hook.service]},
        lost=[_("Its address: to be notified there again, enter it anew.")],
        form=form,
        submit=_("Remove"),
        cancel=reverse("mailroom:choices"),
    )


@require_safe
def failures(request: HttpRequest) -> HttpResponse:
    """List the letters that failed, as far as they are the reader's to mend."""
    rows = queries.failures_shown_to(request.user)
    return render(request, "mailroom/failures.html", {"rows": rows})


@require_POST
def again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send a letter that failed again."""
    send_again(by=actor(request), failure=access.get_failure(request.user, pk))
    messages.success(request, _("It is tried again now. If it fails again, it is listed here."))
    return redirect("mailroom:failures")


@require_POST
def aside(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Set a letter that failed aside."""
    set_aside(by=actor(request), failure=access.get_failure(request.user, pk))
    messages.success(request, _("It is set aside and will not be sent."))
    return redirect("mailroom:failures")
