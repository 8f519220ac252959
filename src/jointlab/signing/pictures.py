"""The pages of a document as pictures: drawn from the very bytes that are signed.

They are drawn in a process of its own, which cannot take the server with it: this module run by
Python. It limits its own memory and time before it reads the file, knows none of the server's
environment, and writes one PNG. What is drawn is what PDFium makes of the file, the signatures'
stamps with it; nothing is set anew.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from io import BytesIO

from jointlab.common.errors import Refusal

MEMORY = 1 << 30  # bytes
PROCESSOR_S = 15
WALL_S = 30
DOTS = 130 / 72  # a pixel's side, in points: sharp enough on paper's width, and on a phone


class Undrawable(Refusal):
    """A page cannot be drawn."""


def count_pages(pdf: bytes) -> int:
    """Return how many pages the document has."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    return int(PdfFileReader(BytesIO(pdf)).root["/Pages"]["/Count"])


def draw_page(pdf: bytes, number: int) -> bytes:
    """Return a page, counted from 1, as PNG; Undrawable where it cannot be drawn."""
    from django.utils.translation import gettext as _

    try:
        child = subprocess.run(
            [sys.executable, "-I", "-m", "jointlab.signing.pictures", str(number)],
            input=pdf,
            capture_output=True,
            timeout=WALL_S,
            env={"LANG": "C.UTF-8"},
            check=True,
        )
    except subprocess.SubprocessError as failed:
        raise Undrawable(
            _("Page %(number)s cannot be drawn. Read the document as PDF instead.")
            % {"number": number}
        ) from failed
    return child.stdout


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR_S),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _draw_as_child(number: int) -> bytes:
    """Draw that page of the file on the standard input."""
    import pypdfium2

    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    document.init_forms()  # the fields of the signatures are drawn with their stamps
    picture = document[number - 1].render(scale=DOTS).to_pil()
    png = BytesIO()
    picture.save(png, "PNG", compress_level=1)  # a third less time, no larger
    return png.getvalue()


if __name__ == "__main__":
    _limit()
    sys.stdout.buffer.write(_draw_as_child(int(sys.argv[1])))
