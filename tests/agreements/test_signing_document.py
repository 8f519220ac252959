"""What stands beside the PIN: the pages of the very file, and to what one binds one's side."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import translation
from PIL import Image, ImageChops

from jointlab.agreements.models import Agreement
from jointlab.agreements.negotiation.services.approving import approve_agreement
from jointlab.agreements.negotiation.services.editing import put_commitment, put_duty
from jointlab.agreements.signature.queries.binding import binding_of
from jointlab.agreements.signature.queries.signing import picture_of
from jointlab.agreements.signature.services.papers import make_paper
from jointlab.agreements.text import Commitment
from jointlab.signing.pictures import count_pages
from tests.agreements.in_force import day, duty
from tests.agreements.make import change, make_complete, text_of
from tests.agreements.reader import Reader, text
from tests.agreements.sign import make_signing, sign
from tests.cast import Cast
from tests.signing.browser import afresh
from tests.signing.make import make_certificate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def make_with_money(cast: Cast) -> Agreement:
    """An agreement being signed in which each side brings and owes something."""
    agreement = make_complete(cast)
    for number, (side, amount) in enumerate(((cast.university, ""), (cast.enterprise, "300000"))):
        brought = {"en": f"Share {number}", "zh-hans": f"投入 {number}", "ko": f"출연 {number}"}
        row = Commitment(f"c{number}", side.pk, brought, amount, "CNY" if amount else "")
        change(cast, put_commitment, agreement, commitment=row)
    change(cast, put_duty, agreement, duty=duty(cast.enterprise, day(40)))
    for office in (cast.university_office, cast.enterprise_office):
        approve_agreement(by=office, agreement=agreement, sha256=text_of(agreement).sha256)
    make_paper(agreement_id=str(agreement.pk))
    return Agreement.objects.get(pk=agreement.pk)


def lines(cast: Cast, agreement: Agreement, name: str, language: str = "en") -> dict[str, str]:
    place = agreement.signatures.get(person=cast.people[name])
    with translation.override(language):
        found = binding_of(text_of(agreement), place, language)
    return {line.asked: " ".join(line.answers) for line in found}


def test_five_lines_say_to_what_the_side_is_bound(cast: Cast) -> None:
    said = lines(cast, make_with_money(cast), "general_manager")

    assert list(said) == ["Who is bound", "What it is about", "Until when", "Money", "What ends it"]
    assert "Asterion" in said["Who is bound"]
    assert "General manager" in said["Who is bound"]
    assert "Automotive electronics and Network communication" in said["What it is about"]
    assert "Your side owes 1 obligation" in said["What it is about"]
    assert "It ends on its last day" in said["Until when"]
    assert "Your side brings: Share 1 (300,000 Chinese yuan)." in said["Money"]
    assert "The other side brings: Share 0." in said["Money"]
    assert "90 days after the notice" in said["What ends it"]


def test_a_witness_is_told_that_they_take_on_nothing(cast: Cast) -> None:
    agreement = make_with_money(cast)
    assert "take on nothing" in lines(cast, agreement, "dean")["Who is bound"]
    assert "take on nothing" not in lines(cast, agreement, "vice_president")["Who is bound"]


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "90日"), ("ko", "90일")])
def test_the_lines_are_in_the_readers_language(cast: Cast, language: str, said: str) -> None:
    found = lines(cast, make_with_money(cast), "vice_president", language)
    assert len(found) == 5
    assert said in list(found.values())[4]


def test_the_page_to_sign_shows_every_page_of_the_file_that_is_signed(cast: Cast) -> None:
    agreement = make_signing(cast)
    paper, page = agreement.paper, Reader(cast, "vice_president").get("sign", agreement.code)

    for number in range(1, count_pages(bytes(paper.pdf)) + 1):
        assert f"/document/{paper.sha256}/{number}/" in page
    assert page.index("To what you bind your side") < page.index("/document/") < page.index("PIN")
    for other in ("document", "agreement"):  # to be read aloud
        assert Reader(cast, "dean").url(other, agreement.code) in page


def test_a_picture_is_what_another_program_draws_of_that_page(cast: Cast, tmp_path: Path) -> None:
    agreement = sign(cast, make_signing(cast), "vice_president")
    pdf = bytes(agreement.paper.pdf)
    last = count_pages(pdf)
    drawn = Image.open(BytesIO(picture_of(agreement, agreement.paper.sha256, last)))

    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    only = ["-f", str(last), "-l", str(last), "-scale-to-x", str(drawn.width)]
    subprocess.run(
        ["pdftoppm", "-png", "-singlefile", *only, "-scale-to-y", str(drawn.height), path, path],
        check=True,
    )
    other = Image.open(f"{path}.png")

    # The stamp, too: drawn by two engines the page differs in the edges of its letters alone.
    small = (drawn.width // 8, drawn.height // 8)
    a, b = (each.convert("L").resize(small, Image.Resampling.BOX) for each in (drawn, other))
    assert max(ImageChops.difference(a, b).get_flattened_data()) < 64
    box = (0, 0, drawn.width, drawn.height // 2)
    assert min(drawn.convert("L").crop(box).get_flattened_data()) < 64


def test_a_picture_is_sent_to_whoever_sees_the_paper_and_kept_by_nobody(cast: Cast) -> None:
    agreement = make_signing(cast)
    reader = Reader(cast, "vice_president")

    answer = reader.client.get(
        reader.url("page-picture", agreement.code, agreement.paper.sha256, 1)
    )

    assert answer["Content-Type"] == "image/png"
    assert answer["Cache-Control"] == "private, no-store"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert Image.open(BytesIO(answer.content)).size == (1075, 1521)
    missing = reader.client.get(
        reader.url("page-picture", agreement.code, agreement.paper.sha256, 99)
    )
    assert missing.status_code == 404


def test_of_a_document_that_has_changed_since_no_page_is_shown(cast: Cast) -> None:
    agreement = make_signing(cast)
    before = agreement.paper.sha256
    sign(cast, agreement, "vice_president")
    reader = Reader(cast, "general_manager")

    answer = reader.client.get(reader.url("page-picture", agreement.code, before, 1))

    assert answer.status_code == 409
    assert "has changed since you read it" in answer.content.decode()


def test_a_forgotten_pin_has_its_way_from_the_page_and_back(cast: Cast) -> None:
    agreement = make_signing(cast)
    make_certificate(cast.vice_president)
    page = f"/en/agreements/{agreement.code}/signing/sign/"
    client = afresh(cast, "vice_president")

    way = f"/en/certificates/new-pin/?next={page}"
    assert way in client.get(page).content.decode()
    assert "Nobody can tell you your PIN." in client.get(way).content.decode()
    new = {"pin_code": "linden-9071", "pin_code_again": "linden-9071"}
    assert client.post(way, new)["Location"] == page

    signing = {"sha256": agreement.paper.sha256, "pin_code": "linden-9071"}
    assert client.post(page, signing).status_code == 302
    assert agreement.signatures.filter(signed_at__isnull=False).count() == 1


def test_the_signed_document_is_where_the_agreement_is(cast: Cast) -> None:
    agreement = make_signing(cast)
    document = Reader(cast, "dean").url("document", agreement.code)
    page = Reader(cast, "dean").get("agreement", agreement.code)
    assert document in page
    assert "Document being signed (PDF)" in text(page)

    sign(cast, agreement, "vice_president", "general_manager", "dean", "division_head")

    page = Reader(cast, "engineer").get("agreement", agreement.code)
    assert document in page
    assert "Signed document (PDF)" in text(page)
