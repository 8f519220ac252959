"""Pages that are alike in every room: one form alone, and the question before something is lost."""

from __future__ import annotations

from collections.abc import Iterable

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jointlab.common.names import Text


def form_page(
    request: HttpRequest,
    *,
    title: str,
    about: str,
    form: Form,
    submit: str,
    cancel: str,
    lead: str = "",
) -> HttpResponse:
    """Show a form; `about` is what the page `cancel` shows, `submit` the verb of the button."""
    shown = {
        "title": title,
        "about": about,
        "form": form,
        "submit": submit,
        "cancel": cancel,
        "lead": lead,
    }
    return render(request, "common/form.html", shown)


def confirm_page(
    request: HttpRequest,
    *,
    title: str,
    lost: Iterable[Text],
    form: Form,
    submit: str,
    cancel: str,
    lead: str = "",
) -> HttpResponse:
    """Ask before something is lost: `lost` names it, a line each."""
    shown = {
        "title": title,
        "lost": lost,
        "form": form,
        "submit": submit,
        "cancel": cancel,
        "lead": lead,
    }
    return render(request, "common/confirm.html", shown)
