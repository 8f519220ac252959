"""Pages as pictures, drawn apart from the server."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from jointlab.signing.pictures import Undrawable, count_pages, draw_page
from tests.signing import papers


def test_a_page_is_drawn_from_the_file() -> None:
    pdf = papers.plain()
    assert count_pages(pdf) >= 1
    picture = Image.open(BytesIO(draw_page(pdf, 1)))
    dark, light = picture.convert("L").getextrema()  # type: ignore[misc]
    assert (picture.format, light) == ("PNG", 255)
    assert dark < 128  # something is written on it


@pytest.mark.parametrize(("pdf", "number"), [(papers.plain(), 99), (b"%PDF-1.7 nothing", 1)])
def test_what_cannot_be_drawn_is_refused_in_a_line(pdf: bytes, number: int) -> None:
    with pytest.raises(Undrawable, match=f"Page {number} cannot be drawn"):
        draw_page(pdf, number)
