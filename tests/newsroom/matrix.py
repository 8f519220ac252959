"""Who gets what in the newsroom."""

from __future__ import annotations

from typing import Any

from tests.cast import INSIDERS, Cast
from tests.matrix import PUBLIC, Arguments, Row
from tests.newsroom.make import make_picture_row, make_story

OFFICES = ("university_office", "enterprise_office")
OTHERS = tuple(name for name in INSIDERS if name not in OFFICES)


def draft(cast: Cast) -> dict[str, Any]:
    return {"pk": make_story(cast).pk}


def foreign(cast: Cast) -> dict[str, Any]:
    return {"pk": foreign_draft(cast).pk}


def foreign_draft(cast: Cast) -> Any:
    return make_story(cast, by="other_office", partnership=cast.other_partnership)


def slug(kind: str) -> Arguments:
    return lambda cast: {"slug": make_story(cast, kind=kind, published=True).slug}


def in_english(arguments: Arguments) -> Arguments:
    return lambda cast: {**arguments(cast), "language": "en"}


def picture(cast: Cast) -> dict[str, Any]:
    return {"pk": make_picture_row(cast, make_story(cast)).pk}


def foreign_picture(cast: Cast) -> dict[str, Any]:
    return {"pk": make_picture_row(cast, foreign_draft(cast), by="other_office").pk}


def published_file(cast: Cast) -> dict[str, Any]:
    row = make_picture_row(cast, make_story(cast, published=True))
    return {"pk": row.pk, "digest": row.digest, "width": row.widths[0], "suffix": row.suffix}


def partnership(cast: Cast) -> dict[str, Any]:
    return {"code": cast.partnership.code}


def foreign_partnership(cast: Cast) -> dict[str, Any]:
    return {"code": cast.other_partnership.code}


def forms(name: str, own: Arguments, foreign: Arguments, **more: Any) -> list[Row]:
    """Return the rows of a page that is read, and posted empty."""
    both = {"own": own, "foreign": foreign, "forbidden": more.get("forbidden", ())}
    return [
        Row(f"newsroom:{name}", OFFICES, **both),
        Row(f"newsroom:{name}", OFFICES, data={}, status=more.get("status", 200), **both),
    ]


ROWS = [
    Row("newsroom:home", PUBLIC),
    Row("newsroom:stories", PUBLIC),
    Row("newsroom:feed", PUBLIC),
    Row("newsroom:story", PUBLIC, own=slug("news")),
    Row("newsroom:laboratory", PUBLIC),
    Row("newsroom:laboratory_page", PUBLIC, own=slug("laboratory")),
    Row("robots", PUBLIC),
    Row("sitemap", PUBLIC),
    Row("picture", PUBLIC, own=published_file),
    Row("newsroom:editing", (*OFFICES, "other_office", "other_manager")),
    Row("newsroom:edit", OFFICES, own=draft, foreign=foreign),
    Row("newsroom:preview", OFFICES, own=in_english(draft), foreign=in_english(foreign)),
    *forms("write", partnership, foreign_partnership, forbidden=OTHERS),
    *forms("text", in_english(draft), in_english(foreign)),
    *forms("publish", draft, foreign),
    *forms("withdraw", draft, foreign, status=302),
    *forms("add_picture", draft, foreign),
    *forms("describe_picture", picture, foreign_picture),
    *forms("remove_picture", picture, foreign_picture, status=302),
]
