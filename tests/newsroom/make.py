"""Stories and pictures for tests, told through the services."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image

from jointlab.laboratory.access import has_unveiled
from jointlab.newsroom import pictures
from jointlab.newsroom.models import Story, StoryPicture
from jointlab.newsroom.services.pictures import add_picture
from jointlab.newsroom.services.stories import edit_story_text, publish_story, write_story
from tests.cast import Cast
from tests.laboratory.make import make_unveiled

TEXTS = {
    "en": {
        "title": "Laboratory unveiled",
        "summary": "Both sides unveiled their laboratory.",
        "place": "Chongqing",
        "body": "The guests **visited** the centre.",
    },
    "zh-hans": {
        "title": "联合实验室揭牌",
        "summary": "双方共同为联合实验室揭牌。",
        "place": "重庆",
        "body": "来宾参观了研发中心。",
    },
    "ko": {
        "title": "공동연구실 현판 제막",
        "summary": "양측이 공동연구실의 현판을 제막했다.",
        "place": "충칭",
        "body": "내빈이 연구개발센터를 둘러보았다.",
    },
}


def make_story(
    cast: Cast,
    *languages: str,
    by: str = "university_office",
    partnership: Any = None,
    kind: str = "news",
    published: bool = False,
    **texts: str,
) -> Story:
    """Write a story in those languages (English unless told); `texts` change the first of them.

    A partnership's laboratory has one page: it is returned when it is there, and published only
    when the laboratory was unveiled: so it is, first.
    """
    person, partnership = cast.people[by], partnership or cast.partnership
    there = Story.objects.filter(partnership=partnership, kind="laboratory").first()
    if kind == "laboratory" and there:
        return there
    first, *others = languages or ("en",)
    words = TEXTS[first] | texts
    story = write_story(by=person, partnership=partnership, kind=kind, language=first, **words)
    for language in others:
        edit_story_text(by=person, story=story, language=language, version=0, **TEXTS[language])
    story.refresh_from_db()
    if published and kind == "laboratory" and not has_unveiled(partnership):
        make_unveiled(cast)
    if published:
        story = publish_story(by=person, story=story, version=story.version)
    return story


def image(
    kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **more: Any
) -> bytes:
    """Return the bytes of a small picture."""
    written = BytesIO()
    colour = {"L": 120, "I;16": 117 * 257, "P": 7}.get(mode, (200, 30, 40, 128)[: len(mode)])
    Image.new(mode, size, colour).save(written, kind, **more)
    return written.getvalue()


def make_picture(data: bytes | None = None, name: str = "") -> pictures.Picture:
    """Return a picture that is fit to be kept."""
    return pictures.read_picture(BytesIO(data or image()), name)


def make_picture_row(cast: Cast, story: Story, by: str = "university_office") -> StoryPicture:
    """Add a picture to a story."""
    texts = {"alt_en": "Two people beside a plate", "caption_en": "The unveiling"}
    return add_picture(by=cast.people[by], story=story, picture=make_picture(), **texts)
