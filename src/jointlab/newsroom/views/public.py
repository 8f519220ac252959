"""What everybody may read, search engines included."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jointlab.common.web import ROBOTS, public
from jointlab.laboratory.queries.lists import public_codes
from jointlab.newsroom import access, feed, pictures, queries, sitemap

A_DAY = 86_400


@public
def home(request: HttpRequest) -> HttpResponse:
    """Say what a joint laboratory is here; the latest news; the laboratories."""
    context = {
        "latest": queries.latest_news(5),
        "laboratories": queries.laboratories(),  # the first page of them
        **_offers_editing(request),
    }
    return render(request, "newsroom/home.html", context)


@public
def stories(request: HttpRequest) -> HttpResponse:
    """List the news."""
    page = queries.news(request.GET.get("page"))
    canonical = f"{request.path}?page={page.number}" if page.number > 1 else request.path
    context = {"page": page, "canonical": canonical, **_offers_editing(request)}
    return render(request, "newsroom/stories.html", context)


@public
def story(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one story."""
    return _story_page(request, access.get_published(slug))


@public
def laboratory(request: HttpRequest) -> HttpResponse:
    """List the laboratories; where there is one alone, and no story of it, go to its page."""
    page = queries.laboratories(request.GET.get("page"))
    if page.paginator.count == 1 and page.object_list[0].story is None:
        return redirect(page.object_list[0].url)
    canonical = f"{request.path}?page={page.number}" if page.number > 1 else request.path
    context = {"page": page, "canonical": canonical, **_offers_editing(request)}
    return render(request, "newsroom/laboratories.html", context)


@public
def laboratory_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one laboratory's page."""
    return _story_page(request, access.get_published(slug, "laboratory"))


@public
def atom(request: HttpRequest) -> HttpResponse:
    """Write the feed of the reader's language."""
    language = get_language() or "en"
    texts = queries.feed_texts(language)
    document = feed.write_feed(
        texts,
        language=language,
        title=_("JointLab: news"),
        link=reverse("newsroom:stories"),
        feed=reverse("newsroom:feed"),
        absolute=request.build_absolute_uri,
    )
    return HttpResponse(document, content_type="application/atom+xml; charset=utf-8")


@public
def site_map(request: HttpRequest) -> HttpResponse:
    """List every public address, with the same page in the other languages."""
    document = sitemap.write_sitemap(
        queries.sitemap_stories(), public_codes(), request.build_absolute_uri
    )
    return HttpResponse(document, content_type="application/xml; charset=utf-8")


@public
def robots(request: HttpRequest) -> HttpResponse:
    """Ask robots to read what is public and nothing else."""
    context = {"codes": [code for code, _label in settings.LANGUAGES], "origin": _origin(request)}
    return render(request, "newsroom/robots.txt", context, content_type="text/plain; charset=utf-8")


@public
def picture(request: HttpRequest, pk: UUID, digest: str, width: int, suffix: str) -> HttpResponse:
    """Serve one encoding of a picture: of a draft to its offices alone, and never to be kept."""
    row = access.get_picture(request.user, pk)
    if (row.digest, row.suffix) != (digest, suffix) or width not in row.widths:
        raise Http404
    data = queries.picture_contents(row, width)
    if data is None:
        raise Http404
    answer = HttpResponse(data, content_type=pictures.TYPES[suffix])
    if row.story.is_public:
        patch_cache_control(answer, public=True, max_age=A_DAY)
    else:
        patch_cache_control(answer, private=True, no_store=True)
        answer[ROBOTS] = "noindex"
    return answer


def _story_page(request: HttpRequest, published: Any) -> HttpResponse:
    reading = queries.published_story(published)
    rights = access.rights_of(request.user, published.partnership)
    context = {"reading": reading, "may_edit": "see drafts" in rights}
    answer = render(request, "newsroom/story.html", context)
    answer["Last-Modified"] = http_date(published.changed_at.timestamp())
    return answer


def _offers_editing(request: HttpRequest) -> dict[str, bool]:
    """Say whether the reader writes news, too."""
    return {"writes": access.writes_anywhere(request.user)}


def _origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"
