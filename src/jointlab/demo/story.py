"""The one story, told through the services: what acts in it can be done by hand as well.

A chapter is one transaction, and is known by what it made: told again, it does nothing; cut off
between two chapters, the next telling goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher
from django.db import transaction
from django.db.models import QuerySet

from jointlab.common.names import LANGUAGES
from jointlab.demo import agreement, laboratory
from jointlab.demo.actors import person as _person
from jointlab.demo.cast import (
    COMPANY,
    NAME,
    OPERATOR,
    PARTNERSHIP,
    PASSWORD,
    PEOPLE,
    PURPOSE,
    UNIVERSITY,
    Actor,
    CastOrganisation,
    Words,
)
from jointlab.demo.picture import unveiling
from jointlab.newsroom import pictures
from jointlab.newsroom.models import Kind, Story
from jointlab.newsroom.services.pictures import add_picture
from jointlab.newsroom.services.stories import edit_story_text, publish_story, write_story
from jointlab.parties.models import Membership, Organisation, Partnership, Person
from jointlab.parties.services.invitations import invite_person, join_as_newcomer, token_of
from jointlab.parties.services.organisations import add_organisation
from jointlab.parties.services.partnerships import describe_partnership, open_partnership
from jointlab.parties.services.people import add_operator
from jointlab.parties.services.units import add_unit
from jointlab.taxonomy import lists
from jointlab.taxonomy.models import Field
from jointlab.taxonomy.services.imports import import_fields, import_skills

TEXTS = Path(__file__).parent / "texts"
CEREMONY = date(2019, 6, 24)
TIME_ZONE = "Asia/Shanghai"


def tell(progress: Callable[[str], None] = lambda _: None) -> None:
    """Tell what has not been told yet; `progress` hears of each chapter as it begins."""
    with _hashing_lightly():
        for number, chapter in enumerate(CHAPTERS, 1):
            with transaction.atomic():
                if not chapter.is_told():
                    progress(f"  {number} of {len(CHAPTERS)}: {chapter.title}")
                    chapter.tell()


def sign_in_lines() -> list[str]:
    """Say how to sign in as each role."""
    people = [(_address(side, actor), actor.name.en) for side, actors in PEOPLE for actor in actors]
    people.append((OPERATOR, "Operator of this instance"))
    width = max(len(address) for address, _ in people)
    return [
        f"Sign in with the password {PASSWORD}, sign with the PIN {agreement.PIN}, as",
        *(f"  {address:<{width}}  {name}" for address, name in people),
    ]


def _add_operator() -> None:
    name = Words("Operator", "系统管理员", "시스템 운영자")
    add_operator(by=None, email=OPERATOR, password=PASSWORD, time_zone=TIME_ZONE, **name.own("en"))


def _import_lists() -> None:
    by = _person(OPERATOR)
    import_fields(by=by, source=lists.core_fields())
    import_skills(by=by, source=lists.core_skills())


def _open_partnership() -> None:
    """Add both organisations with their units, and open the partnership; it stays in preparation."""
    by = _person(OPERATOR)
    sides = []
    for side in (UNIVERSITY, COMPANY):
        organisation = add_organisation(
            by=by,
            kind=side.kind,
            country="CN",
            ror=side.ror,
            website=side.website,
            **side.name.own("zh-hans"),
        )
        for kind, name in side.units.values():
            add_unit(by=by, organisation=organisation, kind=kind, **name.columns("name"))
        sides.append(organisation)
    open_partnership(by=by, code=PARTNERSHIP, organisations=sides, **NAME.columns("name"))


def _invite_people() -> None:
    """Let everybody join, each side's office first; then say what it is all for."""
    for side, actors in PEOPLE:
        inviting = _person(OPERATOR)
        for actor in actors:
            person = _join(side, actor, inviting)
            inviting = person if actor.role == "office" else inviting
    partnership = Partnership.objects.get(code=PARTNERSHIP)
    describe_partnership(
        by=_person(_address(UNIVERSITY, PEOPLE[0][1][0])),
        partnership=partnership,
        version=partnership.version,
        **PURPOSE.columns("purpose"),
    )


def _join(side: CastOrganisation, actor: Actor, by: Person) -> Person:
    """Invite somebody and accept in their place, as they would with the link in the letter."""
    organisation = _organisation(side)
    unit = side.units.get(actor.unit)
    invitation = invite_person(
        by=by,
        partnership=Partnership.objects.get(code=PARTNERSHIP),
        organisation=organisation,
        email=_address(side, actor),
        language=actor.language,
        roles=[actor.role],
        unit=organisation.units.get(name_en=unit[1].en) if unit else None,
        **actor.title.columns("title"),
    )
    membership = join_as_newcomer(
        token=token_of(invitation),
        password=PASSWORD,
        language=actor.language,
        time_zone=TIME_ZONE,
        **actor.name.own(actor.language),
    )
    return membership.person


def _publish_news() -> None:
    by, story = _write_story(Kind.NEWS, "ceremony")
    add_picture(
        by=by,
        story=story,
        picture=pictures.read_picture(BytesIO(unveiling()), "unveiling.png"),
        alt_en="A red cloth, half drawn aside, uncovers a brass plate with two linked rings.",
        alt_zh="红色幕布拉开一半，露出刻有两个相扣圆环的铜质牌匾。",
        alt_ko="반쯤 걷힌 붉은 천 사이로 두 고리가 맞물린 황동 현판이 보인다.",
        caption_en="An illustration, not a photograph: the plate of the joint laboratory.",
        caption_zh="示意图，并非照片：联合实验室的牌匾。",
        caption_ko="사진이 아닌 삽화: 공동연구실의 현판.",
        credit="JointLab",
    )
    _publish(by, story, CEREMONY)


def _publish_laboratory_page() -> None:
    _publish(*_write_story(Kind.LABORATORY, "laboratory"), None)


def _write_story(kind: str, name: str) -> tuple[Person, Story]:
    """Write a story in the three languages: the university's office does."""
    by = _person(_address(UNIVERSITY, PEOPLE[0][1][0]))
    partnership = Partnership.objects.get(code=PARTNERSHIP)
    first, *others = LANGUAGES
    story = write_story(
        by=by, partnership=partnership, language=first, kind=kind, **_read_text(name, first)
    )
    for language in others:
        edit_story_text(
            by=by, story=story, language=language, version=0, **_read_text(name, language)
        )
    return by, story


def _publish(by: Person, story: Story, day: date | None) -> None:
    story.refresh_from_db()
    publish_story(by=by, story=story, version=story.version, day=day)


def _read_text(name: str, language: str) -> dict[str, str]:
    """Read a text: a line each for title, summary and place, then the body."""
    whole = (TEXTS / f"{name}.{language}.md").read_text(encoding="utf-8")
    title, summary, place, body = whole.split("\n", 3)
    return {"title": title, "summary": summary, "place": place, "body": body.strip()}


def _address(side: CastOrganisation, actor: Actor) -> str:
    return f"{actor.address}@{side.domain}"


def _stories(kind: str) -> QuerySet[Story]:
    return Story.objects.filter(partnership__code=PARTNERSHIP, kind=kind)


def _organisation(side: CastOrganisation) -> Organisation:
    return Organisation.objects.get(name_en=side.name.en)


@contextmanager
def _hashing_lightly() -> Iterator[None]:
    """Hash the demonstration's one password with few rounds: it is printed, and known to all.

    Twenty hashes at full strength take longer than all the rest. At the first sign-in of each
    person Django sees the few rounds and hashes again with as many as usual.
    """
    hasher = get_hasher()
    if not isinstance(hasher, PBKDF2PasswordHasher):
        yield
        return
    rounds, hasher.iterations = hasher.iterations, 1000
    try:
        yield
    finally:
        hasher.iterations = rounds


class Chapter(NamedTuple):
    """A part of the story: what it is about, whether it has been told, and what tells it."""

    title: str
    is_told: Callable[[], bool]
    tell: Callable[[], None]


CHAPTERS: tuple[Chapter, ...] = (
    Chapter(
        "the operator's account",
        lambda: Person.objects.filter(email=OPERATOR).exists(),
        _add_operator,
    ),
    Chapter(
        "fields and skills", lambda: Field.objects.filter(scheme="core").exists(), _import_lists
    ),
    Chapter(
        "the university, the company and their partnership",
        lambda: Partnership.objects.filter(code=PARTNERSHIP).exists(),
        _open_partnership,
    ),
    Chapter(
        "their people",
        lambda: Membership.objects.filter(partnership__code=PARTNERSHIP).exists(),
        _invite_people,
    ),
    Chapter("the news of the ceremony", lambda: _stories(Kind.NEWS).exists(), _publish_news),
    Chapter(
        "the strategic cooperation agreement, drafted and signed",
        agreement.is_told,
        agreement.tell,
    ),
    Chapter("the joint laboratory, unveiled", laboratory.is_told, laboratory.tell),
    Chapter(
        "the laboratory's page",
        lambda: _stories(Kind.LABORATORY).exists(),
        _publish_laboratory_page,
    ),
)
