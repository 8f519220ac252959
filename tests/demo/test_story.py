"""The one story: told once, whole or not at all, in three languages."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from PIL import Image

import jointlab
from jointlab.agreements.models import Agreement, Standing
from jointlab.demo import agreement, story
from jointlab.demo.cast import OPERATOR, PARTNERSHIP, PASSWORD
from jointlab.demo.picture import unveiling
from jointlab.history.chain import Link, Walk
from jointlab.history.models import Entry
from jointlab.laboratory.models import Laboratory
from jointlab.newsroom.models import Story, StoryPicture, StoryText
from jointlab.obligations.models import Due
from jointlab.parties.models import (
    Membership,
    Organisation,
    Partnership,
    Person,
    Phase,
    Role,
    Unit,
)
from jointlab.signing import instance
from jointlab.signing.signatures.examination import examine
from jointlab.taxonomy.models import Field, Skill

# The two whom the announcement names, as each language writes them.
NAMED = ("Xu Guanghong", "Liu Renliang", "쉬광훙", "류런량", "徐光", "刘仁")


pytestmark = pytest.mark.usefixtures("told", "db")


def memberships() -> Any:
    return Membership.objects.filter(partnership__code=PARTNERSHIP)


def people() -> Any:
    return Person.objects.filter(memberships__in=memberships())


def tables() -> Iterator[str]:
    with connection.cursor() as cursor:
        yield from connection.introspection.table_names(cursor)


def rows(table: str, where: str = "true", *values: str) -> list[str]:
    name = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT t::text FROM {name} t WHERE {where} ORDER BY 1", values)  # noqa: S608
        return [text for (text,) in cursor.fetchall()]


def everything() -> dict[str, str]:
    """Return a fingerprint of each table."""
    return {
        table: hashlib.sha256("\n".join(rows(table)).encode()).hexdigest() for table in tables()
    }


def test_told_twice_it_makes_nothing_twice() -> None:
    before = everything()
    story.tell()
    assert everything() == before


def test_the_chains_are_whole_and_hold_every_act() -> None:
    chains: dict[Any, list[Entry]] = {}
    for entry in Entry.objects.order_by("chain", "number"):
        chains.setdefault(entry.chain, []).append(entry)
    for entries in chains.values():
        links = [
            Link(
                chain=entry.chain,
                number=entry.number,
                at=entry.at,
                event=entry.event,
                actor=entry.actor,
                record=entry.record,
                previous=bytes(entry.previous),
                hash=bytes(entry.hash),
            )
            for entry in entries
        ]
        walk = Walk()
        assert not any(map(walk.fault, links))
    events = [entry.event for entry in chains[Partnership.objects.get(code=PARTNERSHIP).pk]]
    assert events[0] == "parties.partnership_opened"
    assert events.count("parties.invitation_accepted") == memberships().count()
    assert events.count("newsroom.story_published") == 2


def test_every_role_of_the_product_acts_on_its_side() -> None:
    held = {
        (membership.organisation.kind, role)
        for membership in memberships().select_related("organisation")
        for role in membership.roles
    }
    university = {
        Role.SIGNATORY,
        Role.OFFICE,
        Role.HEAD,
        Role.RESEARCHER,
        Role.STUDENT,
        Role.AUDITOR,
    }
    enterprise = {Role.SIGNATORY, Role.OFFICE, Role.HEAD, Role.ENGINEER, Role.HR, Role.AUDITOR}
    assert held == {("university", role) for role in university} | {
        ("enterprise", role) for role in enterprise
    }
    heads = memberships().filter(roles=[Role.HEAD]).values_list("unit__name_en", flat=True)
    assert set(heads) == {
        "School of Optoelectronics",
        "School of Software",
        "School of Automation",
        "Car Body and Safety Division",
        "Engineering Department",
    }


def test_the_agreement_was_changed_once_signed_by_four_and_carries_the_partnership() -> None:
    one = Agreement.objects.get(partnership__code=PARTNERSHIP)
    assert one.standing is Standing.IN_FORCE
    assert one.partnership.phase is Phase.IN_FORCE
    by_the_company = one.versions.filter(organisation__kind="enterprise")
    assert [version.part for version in by_the_company] == ["terms"]
    assert [(each.witness, each.signed_at is not None) for each in one.signatures.all()] == [
        (False, True),
        (False, True),
        (True, True),
        (True, True),
    ]
    met = [due.met_at is not None for due in Due.objects.filter(subject=one.pk).order_by("due_on")]
    assert met == [True, False]


def test_the_signed_document_is_valid_and_each_page_says_that_it_is_a_demonstration(
    tmp_path: Path,
) -> None:
    pdf = bytes(Agreement.objects.get(partnership__code=PARTNERSHIP).paper.pdf)
    examination = examine(pdf, trust=instance.trusted())
    assert examination.problems == ()
    assert len(examination.signatures) == 4
    path = tmp_path / "agreement.pdf"
    path.write_bytes(pdf)
    told_by = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True)
    pages = told_by.stdout.decode().split("\f")[:-1]
    assert len(pages) > 10
    for page in pages:
        for notice in vars(agreement.NOTICE).values():
            assert "".join(notice.split()) in "".join(page.split())


def test_the_laboratory_is_unveiled_by_both_sides_under_that_agreement() -> None:
    one = Laboratory.objects.get(partnership__code=PARTNERSHIP)
    assert one.unveiled_on is not None
    assert one.agreement.code == f"{PARTNERSHIP}-1"
    assert one.confirmations.count() == 2
    assert one.directions.count() == 3
    assert one.fields.count() == 3


def test_everything_is_named_in_three_languages() -> None:
    partnership = Partnership.objects.get(code=PARTNERSHIP)
    houses = Organisation.objects.filter(partnerships=partnership)
    named: list[Any] = [
        partnership,
        *houses,
        *Unit.objects.filter(organisation__in=houses),
        *people(),
        Person.objects.get(email=OPERATOR),
    ]
    assert all(len({row.name_en, row.name_zh, row.name_ko}) == 3 for row in named)
    named += [*Field.objects.all(), *Skill.objects.all()]
    for row in named:
        assert {"en", "zh-hans", "ko"} <= set(row.names), row
    assert all(len(membership.titles) == 3 for membership in memberships())
    for one in Story.objects.filter(partnership=partnership):
        assert one.texts.complete().count() == 3
    for picture in StoryPicture.objects.filter(story__partnership=partnership):
        assert all(picture.alts.values())
        assert all(picture.captions.values())


def test_the_two_who_are_named_stand_in_the_news_of_the_ceremony_alone() -> None:
    found = {
        table
        for table in tables()
        for name in NAMED
        if rows(table, "strpos(t::text, %s) > 0", name)
    }
    assert found == {"newsroom_storytext"}
    texts = [text for text in StoryText.objects.all() if any(name in text.body for name in NAMED)]
    assert {text.story.day for text in texts} == {story.CEREMONY}
    assert {text.language for text in texts} == {"en", "zh-hans", "ko"}


def test_no_other_file_of_the_platform_names_them() -> None:
    package = Path(jointlab.__file__).parent
    naming = {
        path.name
        for path in package.rglob("*")
        if path.suffix in {".py", ".md", ".po", ".html", ".csv", ".txt"}
        and any(name in path.read_text(encoding="utf-8") for name in NAMED)
    }
    assert naming == {f"ceremony.{language}.md" for language in ("en", "zh-hans", "ko")}


def test_everybody_signs_in_with_what_is_printed() -> None:
    first, *lines = story.sign_in_lines()
    assert PASSWORD in first
    addresses = [line.split()[0] for line in lines]
    assert set(addresses) == {*people().values_list("email", flat=True), OPERATOR}
    for address in addresses:
        assert address.endswith(".example")
        assert authenticate(email=address, password=PASSWORD) is not None, address


def test_the_picture_is_drawn_the_same_each_time() -> None:
    drawn = unveiling()
    assert drawn == unveiling()
    with Image.open(BytesIO(drawn)) as image:
        assert (image.format, image.size, image.info) == ("PNG", (1440, 960), {})
