"""What the partnership offices see: their stories, drafts included, and the forms that change them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jointlab.common import days
from jointlab.common.errors import NotVisible
from jointlab.common.service_form import DecisionForm
from jointlab.common.web import form_page
from jointlab.newsroom import access, queries
from jointlab.newsroom.forms import (
    DescriptionForm,
    DraftFilter,
    PictureForm,
    PublishForm,
    TextForm,
    WriteForm,
)
from jointlab.newsroom.services import pictures, stories
from jointlab.newsroom.tables import draft_columns
from jointlab.parties.access import actor

acting = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def editing(request: HttpRequest) -> HttpResponse:
    """List the stories of the person's offices, drafts too."""
    if not access.writes_anywhere(request.user):
        raise NotVisible
    form = DraftFilter(request.GET)
    context = {
        "form": form,
        "page": queries.drafts(request.user, request.GET.get("page"), **form.filters),
        "columns": draft_columns(),
        "partnerships": list(access.partnerships_written_by(request.user)),
    }
    return render(request, "newsroom/editing.html", context)


@acting
def write(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a story."""
    partnership = access.get_partnership(request.user, code)
    language = request.POST.get("language") or get_language() or "en"
    form = WriteForm(request.POST or None, language=language, initial={"language": language})
    if form.is_valid():
        with form.refusals():
            story = stories.write_story(
                by=actor(request),
                partnership=partnership,
                language=form.cleaned_data["language"],
                kind=form.cleaned_data["kind"],
                **form.others("language", "kind"),
            )
            return redirect("newsroom:edit", pk=story.pk)
    return form_page(
        request,
        title=_("Write a story"),
        about=_("The offices' newsroom"),
        form=form,
        submit=_("Save as a draft"),
        cancel=reverse("newsroom:editing"),
        lead=partnership.name,
    )


@require_safe
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a story to its offices: its languages, its pictures, what can be done with it."""
    story = access.get_story(request.user, pk)
    context = {
        **_story_context(story),
        "pictures": list(story.pictures.all()),
        "public_url": queries.address(story) if story.is_public else "",
        "rights": access.rights_of(request.user, story.partnership),
    }
    return render(request, "newsroom/edit.html", context)


@acting
def text(request: HttpRequest, pk: UUID, language: str) -> HttpResponse:
    """Write or change a story in one language."""
    story = access.get_story(request.user, pk, to="write")
    initial = queries.initial_text(story, language)
    form = TextForm(request.POST or None, language=language, initial=initial)
    if form.is_valid():
        with form.refusals():
            stories.edit_story_text(
                by=actor(request),
                story=story,
                language=language,
                version=form.cleaned_data["version"],
                **form.others("version"),
            )
            messages.success(request, _("Your changes are saved."))
            return redirect("newsroom:edit", pk=pk)
    context = {"form": form, "language": language, **_story_context(story)}
    return render(request, "newsroom/text.html", context)


@require_safe
def preview(request: HttpRequest, pk: UUID, language: str) -> HttpResponse:
    """Show a story as everybody would read it."""
    story = access.get_story(request.user, pk)
    reading = queries.preview(story, language)
    if reading is None:
        raise NotVisible
    return render(request, "newsroom/story.html", {"reading": reading, "is_preview": True})


@acting
def publish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Publish a story, as it was read."""
    story = access.get_story(request.user, pk, to="publish")
    initial = {"version": story.version, "day": story.day or days.today()}
    form = PublishForm(request.POST or None, initial=initial)
    if form.is_valid():
        with form.refusals():
            published = stories.publish_story(
                by=actor(request),
                story=story,
                version=form.cleaned_data["version"],
                day=form.cleaned_data["day"],
            )
            messages.success(request, _("Published: everybody can read it now."))
            return redirect(queries.address(published))
    return render(request, "newsroom/publish.html", {"form": form, **_story_context(story)})


@acting
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Withdraw a story."""
    story = access.get_story(request.user, pk, to="withdraw")
    form = DecisionForm(request)
    if form.is_valid():
        with form.refusals():
            stories.withdraw_story(by=actor(request), story=story)
            messages.success(request, _("Withdrawn: only the offices see it now."))
            return redirect("newsroom:edit", pk=pk)
    return render(request, "newsroom/withdraw.html", {"form": form, **_story_context(story)})


@acting
def add_picture(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a picture to a story."""
    story = access.get_story(request.user, pk, to="write")
    form = PictureForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with form.refusals():
            pictures.add_picture(
                by=actor(request),
                story=story,
                picture=form.cleaned_data["picture"],
                **form.others("picture"),
            )
            return redirect("newsroom:edit", pk=pk)
    return render(request, "newsroom/picture.html", {"form": form, **_story_context(story)})


@acting
def describe_picture(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change what is said about a picture."""
    picture = access.get_picture_to_edit(request.user, pk)
    form = DescriptionForm(request.POST or None, initial=picture.as_typed())
    if form.is_valid():
        with form.refusals():
            pictures.edit_picture(
                by=actor(request),
                picture=picture,
                version=form.cleaned_data["version"],
                **form.others("version"),
            )
            messages.success(request, _("Your changes are saved."))
            return redirect("newsroom:edit", pk=picture.story_id)
    context = {"form": form, "picture": picture, **_story_context(picture.story)}
    return render(request, "newsroom/picture.html", context)


@acting
def remove_picture(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Remove a picture."""
    picture = access.get_picture_to_edit(request.user, pk)
    if request.method == "POST":
        pictures.remove_picture(by=actor(request), picture=picture)
        return redirect("newsroom:edit", pk=picture.story_id)
    context = {"picture": picture, **_story_context(picture.story)}
    return render(request, "newsroom/remove_picture.html", context)


def _story_context(story: Any) -> dict[str, Any]:
    return {"draft": queries.draft(story), "tabs": queries.tabs(story)}
