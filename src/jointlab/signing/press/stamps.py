"""What is seen of a signature on the document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import override

from jointlab.signing.press.boxes import HEIGHT, WIDTH
from jointlab.signing.press.compiling import compile_pdf
from jointlab.signing.press.languages import BETWEEN, Names, distinct_names, typst_language

SOURCE = Path(__file__).with_name("stamp.typ")


def stamp(
    names: Names,
    *,
    title: Names,
    languages: Sequence[str],
    at: datetime,
    serial: str,
    organisation: Names = {},  # noqa: B006 - never written to
) -> bytes:
    """Set what is seen of a signature: one page of PDF, WIDTH by HEIGHT points, with no ground.

    It names the signer in their own script first, the organisation whose names are given, the
    moment in UTC and the certificate's serial number. Raises NoFonts and Unprintable.
    """
    name, *other_names = distinct_names(names, languages)
    standing = (distinct_names(title, languages)[:1], distinct_names(organisation, languages)[:1])
    data = {
        **typst_language(languages[0]),
        "width": WIDTH,
        "height": HEIGHT,
        "name": name,
        "other_names": BETWEEN.join(other_names),
        "standing": BETWEEN.join(part for parts in standing for part in parts if part),
        "signed": BETWEEN.join(_signed_electronically(languages)),
        "moment": f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
        "certificate": _certificate(languages[0], serial),
    }
    pdf, _marks = compile_pdf(SOURCE, data, at=at, tags=False)
    return pdf


def _certificate(language: str, serial: str) -> str:
    with override(language):
        return _("Certificate %(serial)s") % {"serial": serial}


def _signed_electronically(languages: Sequence[str]) -> Iterator[str]:
    for language in languages:
        with override(language):
            yield _("Signed electronically")
